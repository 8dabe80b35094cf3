"""The cart-pole study: networks for the four published settings."""
