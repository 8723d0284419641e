"""How easily a password is guessed; a program of its own, whose word lists leave with it.

In: a line of JSON, the password and the words that are near at hand. Out: zxcvbn's score, 0 to 4.
"""

import json
import sys

from zxcvbn import zxcvbn

# Of a longer one only this much is looked at: the work grows with the length's cube.
_LOOKED_AT = 72

if __name__ == "__main__":
    password, words = json.load(sys.stdin)
    sys.stdout.write(str(zxcvbn(password[:_LOOKED_AT], words)["score"]))
