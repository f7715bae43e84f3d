"""The district's authority: root, issuing certificate, node certificates, revocation, the signed directory."""

from provisioning.authority.authority import Authority, InvalidDirectory, NotAllowed, RootKeyAbsent, TrustBundle

__all__ = ["Authority", "InvalidDirectory", "NotAllowed", "RootKeyAbsent", "TrustBundle"]
