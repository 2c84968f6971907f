# shellcheck shell=bash
# Shared by the scripts of this folder (sourced, never run): progress, logs, packages, rights.
# The caller has already said `set -euo pipefail`.

PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
CACHE=${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/mortise
# Logs lie in the project so that they are found without knowing the cache; the name is one that git ignores.
LOGS=$PROJECT/.build-logs
mkdir -p "$CACHE" "$LOGS"
CACHE=$(cd "$CACHE" && pwd -P)

# How much of a failed command's log is shown: its different errors (a compiler repeats them; a test runner goes on for
# thousands of lines after one), then its last lines.
readonly FAILURE_ERRORS=25
readonly FAILURE_LINES=25
# What an error looks like: a compiler's, a linker's or apt's; a recorded issue of Swift Testing, with what it says beneath;
# a failed test of pytest.
readonly ERROR_LINE='(^|[^[:alnum:]])(error|warning|E): |^✘ .*recorded an issue|^↳ |^FAILED |^E   '
# Without a terminal, how often a long step says that it is still alive, in seconds.
readonly HEARTBEAT=60

# How many tenths of a second an interrupted command has to clear up (mmdebstrap unmounts).
readonly INTERRUPT_TRIES=100

if [[ -t 1 && ${TERM:-dumb} != dumb ]]; then INTERACTIVE=yes; else INTERACTIVE=; fi
if [[ $INTERACTIVE && -z ${NO_COLOR:-} ]]; then
    GREEN=$'\e[32m' RED=$'\e[31m' BOLD=$'\e[1m' PLAIN=$'\e[0m'
else
    GREEN='' RED='' BOLD='' PLAIN=''
fi

say() { printf '%s\n' "$*"; }
heading() { printf '%s==> %s%s\n' "$BOLD" "$*" "$PLAIN"; }
die() {
    printf '%sError:%s %s\n' "$RED" "$PLAIN" "$1" >&2
    shift
    (($# == 0)) || printf '       %s\n' "$@" >&2
    exit 1
}

# The help of a script is the comment under its first line.
usage() { sed -n '2,/^[^#]/{/^# \(shellcheck\|stage:\) /d;s/^# \{0,1\}//p}' "$0"; }

# 75 -> "1 min 15 s"
duration() {
    if (($1 < 60)); then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}

# The process groups of the steps under way, so that an interrupted script leaves nothing running.
RUNNING=()
interrupted() {
    trap '' INT TERM
    [[ -z $INTERACTIVE ]] || printf '\r\e[K'
    printf 'Interrupted.\n' >&2
    end_running
    exit 130
}
trap interrupted INT TERM

end_running() {
    local tries group
    # swift ends the compilers that it started only when it is interrupted, not when it is terminated.
    for group in "${RUNNING[@]}"; do kill -INT -- "-$group" 2>/dev/null || true; done
    for group in "${RUNNING[@]}"; do
        for ((tries = 0; tries < INTERRUPT_TRIES; tries++)); do
            kill -0 "$group" 2>/dev/null || break
            sleep 0.1
        done
        kill -TERM -- "-$group" 2>/dev/null || true
    done
}

# try WHAT COMMAND… runs COMMAND quietly, shows that it is alive, and says how it went and how long it took.
# Sets STATUS (the exit code), SECONDS_TAKEN and LOG; returns 0 in any case. COMMAND's input is empty.
# (It is called plainly, never after `if` or before `||`: bash would switch off `set -e` inside COMMAND.)
STATUS=0
SECONDS_TAKEN=0
LOG=
try() {
    local name=$1
    begin "$@"
    finish "$name"
}

# begin WHAT COMMAND… starts COMMAND as try does; what follows runs beside it until `finish WHAT` says how it went.
declare -A BEGAN=() GROUP=()
begin() {
    local what=$1 log
    shift
    log=$(log_of "$what")
    BEGAN[$what]=$SECONDS
    # Job control gives the command a process group of its own, which an interruption can end whole.
    set -m
    "$@" >"$log" 2>&1 </dev/null &
    set +m
    GROUP[$what]=$!
    RUNNING+=("$!")
}

log_of() {
    local name
    name=$(tr -cs 'a-z0-9.\n' - <<<"${1,,}")
    printf '%s' "$LOGS/${name%-}.log"
}

last_line() {
    local line
    line=$(tail -c 400 "$1" | tr -d '\000-\010\013-\037' | tail -n 1) || line=
    printf '%s' "$line"
}

# Sets what try sets.
finish() {
    local what=$1 group=${GROUP[$1]} began=${BEGAN[$1]} elapsed beat=$HEARTBEAT spinner='|/-+' turn=0 line width other
    LOG=$(log_of "$what")
    if [[ $INTERACTIVE ]]; then width=$(tput cols 2>/dev/null) || width=80; fi
    while kill -0 "$group" 2>/dev/null; do
        elapsed=$((SECONDS - began))
        if [[ $INTERACTIVE ]]; then
            line="  ${spinner:turn++ % 4:1}     $what ($(duration $elapsed)) $(last_line "$LOG")"
            printf '\r\e[K%s' "${line:0:width-1}"
        elif ((elapsed >= beat)); then
            line=$(last_line "$LOG")
            printf '  ...   %s (%s so far, log in %s): %s\n' "$what" "$(duration $elapsed)" "${LOG#"$PROJECT"/}" "${line:0:60}"
            while ((elapsed >= beat)); do beat=$((beat + HEARTBEAT)); done
        fi
        sleep 0.2
    done
    STATUS=0
    wait "$group" || STATUS=$?
    for other in "${!RUNNING[@]}"; do [[ ${RUNNING[$other]} != "$group" ]] || unset "RUNNING[$other]"; done
    SECONDS_TAKEN=$((SECONDS - began))
    [[ -z $INTERACTIVE ]] || printf '\r\e[K'
    tell "$what"
}

# tell WHAT: says how it went, by STATUS, SECONDS_TAKEN and LOG.
tell() {
    if ((STATUS == 0)); then
        printf '  %sok%s    %s (%s)\n' "$GREEN" "$PLAIN" "$1" "$(duration "$SECONDS_TAKEN")"
    else
        printf '  %sFAIL%s  %s (%s, exit code %d)\n' "$RED" "$PLAIN" "$1" "$(duration "$SECONDS_TAKEN")" "$STATUS"
        show_log_end
    fi
}

show_log_end() {
    local errors
    errors=$(grep -aE "$ERROR_LINE" "$LOG" | grep -avE '^ *[0-9]* *\|' | awk '!seen[$0]++' |
        head -n "$FAILURE_ERRORS") || true
    if [[ -n $errors ]]; then printf '        ! %s\n' "${errors//$'\n'/$'\n        ! '}"; fi
    printf '        The last lines of %s:\n' "${LOG#"$PROJECT"/}"
    tail -n "$FAILURE_LINES" "$LOG" | sed 's/^/        | /'
}

# step WHAT COMMAND…: like try, but the script ends where COMMAND fails, and what runs beside it ends too.
step() {
    try "$@"
    end_failed
}

end_failed() {
    ((STATUS == 0)) && return
    end_running
    exit 1
}

# as_root COMMAND…: with the rights of root, which only two things need: installing Debian packages and entering the
# toolchain root.
as_root() {
    if ((EUID == 0)); then "$@"; else sudo -- "$@"; fi
}

# Asks for the password, if one is needed, before a spinner would be drawn over the question. $1 says what for.
need_root_rights() {
    ((EUID == 0)) && return
    command -v sudo >/dev/null || die "Root's rights are needed to $1, and there is no sudo here." \
        "Run this as root, or install sudo and put yourself into its group."
    sudo -n true 2>/dev/null && return
    [[ -t 0 ]] || die "Root's rights are needed to $1, and sudo cannot ask for a password without a terminal."
    say "Root's rights are needed to $1; sudo asks for your password."
    sudo -v || die "sudo refused, so this cannot go on: root's rights are needed to $1."
}

package_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

package_known() { apt-cache show --no-all-versions "$1" >/dev/null 2>&1; }

# need_packages PACKAGE…: installs what is missing of these Debian packages.
need_packages() {
    local name missing=() unknown=
    command -v apt-get >/dev/null ||
        die "This is not Debian (there is no apt-get), so these packages cannot be installed here: $*" \
            "Debian 12 and 13 are what these scripts know."
    for name in "$@"; do package_installed "$name" || missing+=("$name"); done
    ((${#missing[@]})) || return 0
    need_root_rights "install Debian packages (${missing[*]})"
    for name in "${missing[@]}"; do package_known "$name" || unknown=yes; done
    [[ -z $unknown ]] || update_package_lists
    try "Install Debian packages: ${missing[*]}" apt_install "${missing[@]}"
    if ((STATUS != 0)) && [[ -z $unknown ]]; then
        say "        The package lists may be old: once more with new ones."
        update_package_lists
        try "Install Debian packages again: ${missing[*]}" apt_install "${missing[@]}"
    fi
    ((STATUS == 0)) || die "apt-get could not install: ${missing[*]}" "Its output: ${LOG#"$PROJECT"/}"
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"
}

# A source of somebody else's that cannot be reached is no reason to stop: what counts is what can be installed after it.
update_package_lists() {
    try "Update Debian's package lists" as_root apt-get -q -o DPkg::Lock::Timeout=300 update
    ((STATUS == 0)) || say "        Going on with the package lists that there are."
}
