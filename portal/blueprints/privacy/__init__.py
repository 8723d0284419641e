"""The pages on personal data: who saw it, whom a breach met, its copy, how long it is kept."""

from portal.blueprints.privacy import copying, keeping, seen
from portal.blueprints.privacy.base import blueprint

__all__ = ["blueprint", "copying", "keeping", "seen"]
