"""What one check of the audit looked at, and what was wrong."""

from dataclasses import dataclass, field


@dataclass
class Check:
    """`promise` in a few words; `looked` counts the things looked at; `broken` has a line for each fault."""

    promise: str
    looked: int = 0
    broken: list[str] = field(default_factory=list)
    about: str = ""  # figures worth a column of their own

    def look(self, good: bool, fault: str) -> None:
        """Count one thing; note what is wrong with it."""
        self.looked += 1
        if not good:
            self.broken.append(fault)
