"""TENNLab network files for RISP, Caspian and uCaspian."""
