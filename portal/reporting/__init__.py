"""The monthly report: histories in; numbers, sheets and signed papers out."""
