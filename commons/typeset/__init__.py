"""What is printed: values into a template of ours, PDF/A out."""

from commons.typeset.press import Spot, TypesetError, spots, typeset

__all__ = ["Spot", "TypesetError", "spots", "typeset"]
