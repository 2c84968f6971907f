# shellcheck shell=bash
# Fetches packages of any Debian suite and architecture from this machine's own mirror without touching this machine's apt
# (sourced after lib.sh and toolchain.sh). Needs no rights: apt works on a folder of its own.

readonly DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# private_apt FOLDER SUITE ARCHITECTURE: makes an apt in FOLDER that knows only that; `APT_CONFIG=FOLDER/apt.conf apt-get …`
# then uses it. Nothing counts as installed, so whatever is asked for comes with everything that it depends on.
private_apt() {
    local folder=$1 suite=$2 architecture=$3 mirror
    [[ -e $DEBIAN_KEYRING ]] || need_packages debian-archive-keyring
    mirror=$(debian_mirror)
    rm -rf "$folder"
    mkdir -p "$folder"/{etc/apt.conf.d,state/lists/partial,cache/archives/partial}
    : >"$folder/status"
    printf 'deb [signed-by=%s arch=%s] %s %s main\n' "$DEBIAN_KEYRING" "$architecture" "$mirror" "$suite" \
        >"$folder/etc/sources.list"
    # Mirrors lag, and a frozen one is past its Valid-Until: that says only how old the lists are. Who signed them is still
    # checked.
    cat >"$folder/apt.conf" <<EOF
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Install-Recommends "false";
APT::Sandbox::User "$(id -un)";
Dir::Etc "$folder/etc";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "$folder/state";
Dir::State::status "$folder/status";
Dir::Cache "$folder/cache";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
EOF
    apt_network_options | sed 's/$/;/' >>"$folder/apt.conf"
    APT_CONFIG=$folder/apt.conf apt-get -q update
}

# fetch_with_dependencies FOLDER PACKAGE…: the .deb files end up in FOLDER/cache/archives.
fetch_with_dependencies() {
    local folder=$1
    shift
    APT_CONFIG=$folder/apt.conf apt-get -q -y --download-only install "$@"
}

# fetch_alone FOLDER PACKAGE[=VERSION]…: the same without what they depend on.
fetch_alone() {
    local folder=$1
    shift
    (cd "$folder/cache/archives" && APT_CONFIG=$folder/apt.conf apt-get -q download "$@")
}

# unpack_all FOLDER TARGET: what FOLDER/cache/archives has, unpacked over TARGET.
unpack_all() {
    local file
    mkdir -p "$2"
    for file in "$1"/cache/archives/*.deb; do dpkg-deb --extract "$file" "$2"; done
}

# package_manifest FOLDER: a line for each package in FOLDER/cache/archives: name, architecture, version, hash.
package_manifest() {
    local file
    for file in "$1"/cache/archives/*.deb; do
        # shellcheck disable=SC2016 # the dollars are dpkg-deb's
        printf '%s sha256:%s\n' "$(dpkg-deb --show --showformat='${Package} ${Architecture} ${Version}' "$file")" \
            "$(sha256sum "$file" | cut -d ' ' -f 1)"
    done | LC_ALL=C sort
}
