# Sets $python to the first Python 3.11 or newer on this machine, or stops with a sentence.
for python in python3 python3.14 python3.13 python3.12 python3.11; do
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
done
echo "Portal ini memerlukan Python 3.11 atau lebih baru; pasang dahulu dengan: sudo apt-get install python3 (di Ubuntu 22.04: python3.11 python3.11-venv)" >&2
exit 1
