"""What the emulator ministack lacks of AWS for our templates, and nothing of ours.

Every handler enforces the documented errors of the type that it stands for (rules.py), and keeps its
state in the emulator's own services where these have an API for it. What has none is recorded only,
and counts as not deployed (coverage.py). Run with `python -m plugin`.
"""
