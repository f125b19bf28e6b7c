#!/bin/sh
# Makes .venv with exactly the packages of requirements.lock and this checkout in it, and the
# machine form of the English catalogue.
#
# A stamp in .venv holds the digest of everything the environment depends on; when it still fits,
# nothing is done and no network is needed. uv does the installing where it can be had (7 s), pip
# otherwise (30 s); both refuse a package whose hash is not in the lock.
set -eu
cd "$(dirname "$0")/.."

digest() {
    cat requirements.lock pyproject.toml tools/setup.sh |
        { sha256sum 2>/dev/null || shasum -a 256; } | cut -c1-64
}

catalogue=src/motcua/locale/en/LC_MESSAGES/django
compile_catalogue() {
    [ -f $catalogue.mo ] && [ -z "$(find $catalogue.po -newer $catalogue.mo)" ] ||
        .venv/bin/python tools/messages.py compile
}

stamp=.venv/.made-from
wanted="$(digest) $(pwd)" # an environment holds its own path in many places: it cannot be moved
found=$(cat "$stamp" 2>/dev/null || true)
if [ -x .venv/bin/motcua ] && [ "$found" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
    compile_catalogue
    exit 0
fi

fits='import sys; sys.exit(sys.version_info < (3, 11))'
find_python() {
    for name in "${PYTHON:-}" python3 python3.11 python3.12 python3.13 python3.14 python; do
        if [ -n "$name" ] && "$name" -c "$fits" >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
}

python=$(find_python)
if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed and none was found (python3 is:" \
        "$(python3 --version 2>&1 || true))." >&2
    echo "Install one, or name it: make setup PYTHON=/path/to/python3.11" >&2
    exit 1
fi

if [ "${found#* }" = "$(pwd)" ] && .venv/bin/python -c "$fits" 2>/dev/null; then
    echo "Bringing .venv to this version ..."
else
    echo "Making .venv with $("$python" --version 2>&1) ..."
    rm -rf .venv
fi
rm -f "$stamp"
if "$python" -c 'import ensurepip' 2>/dev/null; then
    [ -d .venv ] || "$python" -m venv .venv
    pip() { .venv/bin/python -m pip "$@"; }
elif "$python" -m pip --version >/dev/null 2>&1; then
    # Debian without python3-venv, but with python3-pip: the outer pip installs into .venv.
    [ -d .venv ] || "$python" -m venv --without-pip .venv
    outer=$python
    pip() { "$outer" -m pip --python .venv/bin/python "$@"; }
else
    echo "$python cannot make virtual environments: its module ensurepip is missing." >&2
    echo "On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
fi
export PIP_DISABLE_PIP_VERSION_CHECK=1

# uv does not read pip's settings: where pip was given an index of its own, pip is used.
use_uv() {
    [ -z "${MOTCUA_SETUP_WITH_PIP:-}" ] || return 1
    if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
        [ -z "${PIP_INDEX_URL:-}" ] || return 1
        ! pip config get global.index-url >/dev/null 2>&1 || return 1
    fi
    export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1 # trust what this machine trusts, as pip does
    awk '/^[^ #]/ { ours = /^uv==/ } ours' requirements.lock >.venv/uv.lock
    pip install --quiet --require-hashes --no-deps -r .venv/uv.lock 2>.venv/uv.log || return 1
    .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes \
        -r requirements.lock || {
        echo "uv could not; pip does it (slower)." >&2
        return 1
    }
}
use_uv || pip install --quiet --require-hashes -r requirements.lock

pip install --quiet --no-deps --no-build-isolation --no-index -e .
compile_catalogue
echo "$wanted" >"$stamp"
