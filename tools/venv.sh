#!/bin/sh
# Make .venv. `make` calls this; it needs a Python of 3.11 or newer and nothing else.
#
#   venv.sh find PYTHON       print the Python to make it with (PYTHON, or the first that will do),
#                             or one line that begins with "vmlesson:" and says what to install
#   venv.sh make PYTHON WHAT  make it and install WHAT (".", ".[test]", ...) in it

oldest='(3, 11)'
mib=1500 # of free room; everything takes about 1000, and pip unpacks before it moves

find_python() {
    problem="no Python was found"
    [ -n "$1" ] && problem="PYTHON=$1 does not run" || set -- python3 python3.13 python3.12 python3.11
    remedy="install Python 3.11 or newer (Debian: apt install python3 python3-venv), or name one: make PYTHON=/path/to/python3.11"
    for python; do
        version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue
        if ! "$python" -c "import sys; sys.exit(sys.version_info < $oldest)"; then
            problem="$python is Python $version"
        elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            problem="$python has no venv module"
            remedy="install it (Debian: apt install python3-venv)"
            break
        elif [ ! -e .venv ] && room=$(free_mib "$python") && [ "$room" -lt "$mib" ]; then
            problem="no room on the disk, $room MB are free"
            remedy="make $mib MB of room for .venv"
            break
        else
            command -v "$python"
            return
        fi
    done
    echo "vmlesson: $problem: $remedy"
}

free_mib() {
    "$1" -c 'import shutil; print(shutil.disk_usage(".").free >> 20)'
}

make_venv() {
    echo "Setting up .venv with $1 (once, about a minute) ..."
    mkdir -p .venv && {
        .venv/bin/python -c '' 2>/dev/null || "$1" -m venv --clear .venv
        .venv/bin/python -m pip install --disable-pip-version-check --no-input \
            --constraint constraints.txt --editable "$2"
    } >.venv.log 2>&1 && rm .venv.log && return
    if grep -q 'No space left' .venv.log; then
        echo "vmlesson: no room on the disk for .venv: make some, and run make again" >&2
    else
        tail -n 5 .venv.log >&2
        echo "vmlesson: .venv could not be set up; .venv.log has all that was said" >&2
    fi
    return 1
}

case $1 in
find) find_python "$2" ;;
make) make_venv "$2" "$3" ;;
esac
