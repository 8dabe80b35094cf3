"""What all tests share: a slow machine is no failure."""

from hypothesis import settings

settings.register_profile("evosnn", deadline=None)
settings.load_profile("evosnn")
