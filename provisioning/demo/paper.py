"""The made-up letters of the demonstration: those of the practice office."""

from appliance.practice.paper import letter

__all__ = ["letter"]
