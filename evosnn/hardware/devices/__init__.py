"""Memory devices: programming noise, read noise and drift of PCM, ReRAM and SONOS."""
