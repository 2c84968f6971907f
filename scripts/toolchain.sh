# shellcheck shell=bash
# Finds or makes a Swift toolchain (sourced after lib.sh). What it settles:
#   TOOLCHAIN      native (the swift on PATH) or debian (a root folder with Debian's own Swift, entered by chroot)
#   SWIFT_VERSION  of it
#   MORTISE_BUILD  the folder that swift builds into: .build natively, .build-debian in the root; two compilers' modules
#                  must never meet in one folder
# `toolchain COMMAND…` then runs a command in it, in the same folder and with the same home either way.

# The package needs Swift 6.2 (its tools version); both toolchains must accept the code, so the other one is tried too
# where the native one is newer.
readonly SWIFT_MINIMUM=6.2

# What the build needs besides Swift, and what the tests need on top. Natively installed on this machine, otherwise
# part of the toolchain root.
readonly BUILD_PACKAGES=(pkg-config libgpiod-dev libbluetooth-dev libsystemd-dev libsqlite3-dev libqrencode-dev
    dbus-daemon git ca-certificates)
readonly TEST_PACKAGES=(shellcheck binutils python3 sqlite3)

# Debian 13 has Swift 6.0, too old; the suite named sid has 6.2. Only the root comes from there, nothing of this machine.
readonly ROOT_SUITE=sid
# (A statically linked Swift program needs the C++ library of the suite's own gcc; swiftlang itself does not bring it.)
readonly ROOT_PACKAGES=(swiftlang g++ "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}")
# Never used here and large: the debugger, editor services, documentation. And the overlay of Swift Testing for Foundation:
# Debian's package has its module but not its library, so every test that links against both would fail.
readonly ROOT_WITHOUT=(
    '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' '/usr/share/info/*'
    '/usr/libexec/swift/bin/lldb*' '/usr/libexec/swift/bin/sourcekit-lsp' '/usr/libexec/swift/bin/clangd'
    '/usr/libexec/swift/lib/liblldb*' '/usr/libexec/swift/lib/libsourcekitdInProc*'
    '/usr/libexec/swift/lib/swift/linux/Testing.swiftcrossimport/*'
    '/usr/libexec/swift/lib/swift/linux/_Testing_Foundation.swiftmodule/*'
)
# Unpacking needs this much beside the finished root of about 3 GB.
readonly ROOT_SPACE_MEGABYTES=4500
# A root that no checkout has used for so long is removed when a new one is made.
readonly ROOT_KEPT_DAYS=30

SWIFT_VERSION=
TOOLCHAIN=
ROOT_REASON="The code has to build with Debian's Swift too"

# version_at_least 6.3.1 6.2
version_at_least() { [[ $(printf '%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

# The version of the swift on PATH; empty where there is none or it does not run.
native_swift_version() {
    command -v swift >/dev/null || return 0
    (cd / && swift --version 2>/dev/null) | sed -n 's/.*Swift version \([0-9.]*[0-9]\).*/\1/p' | head -n 1
}

# resolve_toolchain [test]: picks the toolchain and makes it ready; with `test`, for testing too.
resolve_toolchain() {
    local native
    native=$(native_swift_version)
    case ${MORTISE_TOOLCHAIN:-auto} in
        native)
            [[ -n $native ]] || die "MORTISE_TOOLCHAIN=native, but there is no working swift on PATH."
            version_at_least "$native" "$SWIFT_MINIMUM" ||
                die "MORTISE_TOOLCHAIN=native, but swift on PATH is $native and $SWIFT_MINIMUM is needed."
            use_native "$native" "$@"
            ;;
        debian) use_debian ;;
        auto)
            if [[ -n $native ]] && version_at_least "$native" "$SWIFT_MINIMUM"; then
                use_native "$native" "$@"
            else
                ROOT_REASON="No Swift on this machine"
                [[ -z $native ]] || ROOT_REASON="Swift $native on this machine is too old ($SWIFT_MINIMUM is needed)"
                use_debian
            fi
            ;;
        *) die "MORTISE_TOOLCHAIN=$MORTISE_TOOLCHAIN is not known." "It can be native or debian; unset, the scripts choose." ;;
    esac
}

use_native() {
    TOOLCHAIN=native SWIFT_VERSION=$1
    shift
    export MORTISE_BUILD=$PROJECT/.build
    if [[ ${1:-} == test ]]; then
        need_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
    else
        need_packages "${BUILD_PACKAGES[@]}"
    fi
}

use_debian() {
    TOOLCHAIN=debian
    export MORTISE_BUILD=$PROJECT/.build-debian
    ROOT=$CACHE/toolchain-$(root_key)
    need_root_rights "enter the toolchain root (by chroot)"
    # To enter it. (A container's Debian may lack even mount.)
    need_packages mount util-linux
    [[ -e $ROOT/.complete ]] || need_packages mmdebstrap debian-archive-keyring
    as_root unshare --mount true 2>/dev/null ||
        die "This machine does not let root make a mount namespace, and the toolchain root needs one." \
            "In a container, start it with the right to mount (--privileged, or CAP_SYS_ADMIN);" \
            "in a chroot, bind its folder onto itself first. Or put a Swift of $SWIFT_MINIMUM or newer on PATH."
    [[ -e $ROOT/.complete ]] || make_root
    as_root touch "$ROOT/.complete"
    # What another root's compiler made is of no use to this one, and swift does not always notice.
    if [[ $(cat "$MORTISE_BUILD/.mortise-root" 2>/dev/null) != "$ROOT" ]]; then
        rm -rf "$MORTISE_BUILD"
        mkdir -p "$MORTISE_BUILD"
        printf '%s\n' "$ROOT" >"$MORTISE_BUILD/.mortise-root"
    fi
    # Asked once for each root: swift leaves a folder in /tmp each time that it is.
    local known
    known=$MORTISE_BUILD/.mortise-swift-version-$(stat -c %i "$ROOT")
    [[ -n $SWIFT_VERSION && $SWIFT_VERSION_OF == "$ROOT" ]] || SWIFT_VERSION=$(cat "$known" 2>/dev/null || true)
    [[ -n $SWIFT_VERSION ]] || SWIFT_VERSION=$(toolchain bash -c 'swift --version 2>/dev/null' |
        sed -n 's/.*Swift version \([0-9.]*[0-9]\).*/\1/p')
    [[ -z $SWIFT_VERSION ]] || printf '%s\n' "$SWIFT_VERSION" >"$known"
    SWIFT_VERSION_OF=$ROOT
    [[ -n $SWIFT_VERSION ]] || die "The toolchain root was made, but swift does not run in it." \
        "See why: MORTISE_TOOLCHAIN=debian scripts/toolchain swift --version" "Make it anew: scripts/setup --remove, then scripts/setup"
    version_at_least "$SWIFT_VERSION" "$SWIFT_MINIMUM" ||
        die "Debian's $ROOT_SUITE has Swift $SWIFT_VERSION, and $SWIFT_MINIMUM is needed."
}
SWIFT_VERSION_OF=

# A new name for every recipe: a root is never changed, only made anew.
root_key() {
    printf '%s\n' "$ROOT_SUITE" "$(dpkg --print-architecture)" "${ROOT_PACKAGES[@]}" without "${ROOT_WITHOUT[@]}" |
        sha256sum | cut -c 1-12
}

make_root() {
    local partial=$ROOT.partial free mirror options=() name
    # Two scripts at once: the second waits for the first one's root.
    exec 9>"$CACHE/lock"
    flock --nonblock 9 || { say "  Another script is making the toolchain root: waiting for it." && flock 9; }
    if [[ ! -e $ROOT/.complete ]]; then
        free=$(df --output=avail --block-size=1M "$CACHE" | tail -n 1)
        ((free >= ROOT_SPACE_MEGABYTES)) ||
            die "The toolchain root needs $ROOT_SPACE_MEGABYTES MB for a while, and $CACHE has $((free)) MB free." \
                "XDG_CACHE_HOME=FOLDER puts it elsewhere."
        mirror=$(debian_mirror)
        for name in "${ROOT_WITHOUT[@]}"; do options+=("--dpkgopt=path-exclude=$name"); done
        # This machine's own ways to its mirror: proxies, certificates.
        while IFS= read -r name; do options+=("--aptopt=$name"); done < <(apt_network_options)
        remove_tree "$partial"
        say "  $ROOT_REASON: Debian's goes into a folder of its own, about 3 GB, once."
        say "      what   $(join_words "${ROOT_PACKAGES[@]}")"
        say "      from   Debian's suite $ROOT_SUITE at this machine's mirror"
        say "      where  $ROOT"
        # Mirrors lag, and a frozen one is past its Valid-Until: that says only how old the lists are. Who signed them is
        # still checked.
        # In a mount namespace of its own, so that nothing stays mounted in the tree however this ends.
        step "Make the toolchain root" as_root unshare --mount mmdebstrap --mode=root --variant=apt \
            "--include=$(join_words "${ROOT_PACKAGES[@]}" | tr ' ' ,)" \
            --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
            --aptopt='Acquire::Check-Valid-Until "false"' "${options[@]}" "$ROOT_SUITE" "$partial" "$mirror"
        as_root touch "$partial/.complete"
        as_root mv "$partial" "$ROOT"
        remove_unused_roots
    fi
    exec 9>&-
}

join_words() { local IFS=' '; printf '%s' "$*"; }

# The address of this machine's own Debian mirror, from its apt sources in whichever of their formats.
debian_mirror() {
    local release origin address
    [[ -z ${MORTISE_DEBIAN_MIRROR:-} ]] || { printf '%s' "$MORTISE_DEBIAN_MIRROR" && return; }
    # shellcheck source=/dev/null
    release=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
    # Addresses whose Release file has been fetched say that they are Debian's; before that, any that have this suite.
    for origin in Debian ''; do
        # shellcheck disable=SC2016 # the dollars are apt's
        address=$(apt-get indextargets --format '$(ORIGIN) $(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
            awk -v origin="$origin" -v suites=" $release stable testing sid unstable " '
                (origin == "" || $1 == origin) && $(NF - 1) == "main" && index(suites, " " $(NF - 2) " ") { print $NF; exit }')
        [[ -z $address ]] || break
    done
    # mirror+file:/… is a list of mirrors on this machine.
    if [[ $address == mirror+file:* ]]; then
        address=$(awk '/^[a-z+]+:/ { print $1; exit }' "${address#mirror+file:}")
    fi
    case $address in
        http://* | https://* | file:/* | copy:/*) printf '%s' "$address" ;;
        *) die "This machine's apt sources name no Debian mirror for \"${release:-its release}\" that can be used." \
            "MORTISE_DEBIAN_MIRROR=ADDRESS names one." ;;
    esac
}

apt_network_options() {
    # shellcheck disable=SC2016
    apt-config --no-empty --format '%f "%v"%n' dump | grep -iE '^Acquire::(https?::|Retries|ForceIPv|Check-Date)' || true
}

# remove_tree FOLDER, but never through something that is mounted inside it.
remove_tree() {
    [[ -e $1 ]] || return 0
    if awk -v tree="$1/" 'index($5 "/", tree) == 1 { found = 1 } END { exit !found }' /proc/self/mountinfo; then
        die "Something is mounted inside $1, so it is not removed." "See it with findmnt, and umount it first."
    fi
    as_root rm -rf --one-file-system -- "$1"
}

remove_unused_roots() {
    local stamp
    for stamp in "$CACHE"/toolchain-*/.complete; do
        [[ $stamp == "$ROOT"/* || -z $(find "$stamp" -mtime "+$ROOT_KEPT_DAYS" 2>/dev/null) ]] && continue
        remove_tree "${stamp%/.complete}"
    done
}

# toolchain COMMAND…: runs it in the toolchain, in the current folder.
toolchain() {
    local name variables=() binds=()
    if [[ $TOOLCHAIN == native ]]; then
        SWIFTPM_BUILD_DIR=$MORTISE_BUILD "$@"
        return
    fi
    # What a command inside may want to know. Not everything: PATH is this machine's, and sudo shows its arguments to all.
    while IFS= read -r name; do
        case $name in
            TERM | COLORTERM | COLUMNS | LINES | LANG | LC_* | TZ | USER | LOGNAME | CI | NO_COLOR | EDITOR | PAGER | \
                XDG_* | MORTISE_* | GIT_* | *_proxy | *_PROXY) variables+=("$name=${!name}") ;;
        esac
    done < <(compgen -e)
    variables+=("HOME=$(cd "$HOME" && pwd -P)" "PATH=${MORTISE_PATH:+$MORTISE_PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    variables+=("SWIFTPM_BUILD_DIR=$MORTISE_BUILD")
    while IFS= read -r name; do binds+=("$name"); done < <(shared_paths)
    as_root unshare --mount -- bash "$PROJECT/scripts/enter-root" "$ROOT" "$(id -u)" "$(id -g)" "$(id -G | tr ' ' ,)" "$(pwd -P)" \
        "${binds[@]}" -- "${variables[@]}" -- "$@"
}

# What the root shares with this machine, one path a line, outer ones first.
shared_paths() {
    local name key
    {
        printf '%s\n' /proc /sys /dev /tmp /etc/resolv.conf /etc/hosts "$(cd "$HOME" && pwd -P)" "$PROJECT" "$CACHE"
        ((EUID == 0)) || printf '%s\n' /etc/passwd /etc/group
        [[ -z ${XDG_RUNTIME_DIR:-} ]] || printf '%s\n' "$XDG_RUNTIME_DIR"
        # Swift fetches packages with git, so git has to be set up inside as it is here: its configuration files, what they
        # name, and the folders on this machine that they say to fetch from instead of the network.
        if command -v git >/dev/null; then
            git config --list --show-origin --name-only 2>/dev/null | sed -n 's/^file:\(\/[^\t]*\)\t.*/\1/p'
            git config --get --type=path core.excludesFile || true
            git config --name-only --get-regexp '^url\..*\.insteadof$' 2>/dev/null | while IFS= read -r key; do
                key=${key#url.}
                key=${key%.insteadof}
                printf '%s\n' "${key#file://}"
            done
        fi
    } | sort -u | while IFS= read -r name; do
        [[ $name != /* || ! -e $name ]] || realpath -- "$name"
    done | sort -u
}
