# SPDX-License-Identifier: GPL-3.0-or-later
# Read by ./run and ./check: installs what is missing, configures and builds. POSIX shell.

say () { printf '%s\n' "$*" >&2; }
fail () { say "$0: $*"; exit 1; }

# The same list under each package manager's names. $1 is "build" or "test".
packages_for () {
  case $manager in
  apt)
    echo gcc libc6-dev meson ninja-build pkg-config python3 gettext libgtk-4-dev libadwaita-1-dev \
      libopenblas-dev libhdf5-dev libjson-glib-dev zlib1g-dev libsoup-3.0-dev \
      g++ libopencv-objdetect-dev opencv-data \
      glib-networking adwaita-icon-theme librsvg2-common desktop-file-utils
    [ "$1" = build ] || echo xvfb xauth dbus appstream at-spi2-core webp-pixbuf-loader fonts-cantarell
    ;;
  dnf)
    echo gcc meson ninja-build pkgconf-pkg-config python3 gettext gtk4-devel libadwaita-devel \
      openblas-devel hdf5-devel json-glib-devel zlib-devel libsoup3-devel \
      gcc-c++ opencv-devel \
      glib-networking adwaita-icon-theme librsvg2 desktop-file-utils
    [ "$1" = build ] || echo xorg-x11-server-Xvfb xorg-x11-xauth dbus-daemon appstream at-spi2-core webp-pixbuf-loader
    ;;
  pacman)
    echo gcc meson ninja pkgconf python gettext gtk4 libadwaita openblas hdf5 json-glib zlib libsoup3 opencv \
      glib-networking adwaita-icon-theme librsvg desktop-file-utils
    [ "$1" = build ] || echo xorg-server-xvfb xorg-xauth dbus appstream at-spi2-core webp-pixbuf-loader
    ;;
  zypper)
    echo gcc meson ninja pkg-config python3 gettext-tools gtk4-devel libadwaita-devel \
      openblas-common-devel libopenblas_pthreads-devel hdf5-devel json-glib-devel zlib-devel libsoup-devel \
      gcc-c++ opencv-devel \
      glib-networking adwaita-icon-theme gdk-pixbuf-loader-rsvg desktop-file-utils
    [ "$1" = build ] || echo xorg-x11-server-Xvfb xauth dbus-1-daemon AppStream at-spi2-core webp-pixbuf-loader
    ;;
  esac
}

is_installed () {
  case $manager in
  apt) dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed ;;
  dnf | zypper) rpm --query --whatprovides --quiet "$1" >/dev/null 2>&1 ;;
  pacman) pacman -Qi "$1" >/dev/null 2>&1 ;;
  esac
}

install_command () {
  case $manager in
  apt) echo "apt-get install --yes --no-install-recommends" ;;
  dnf) echo "dnf install --assumeyes" ;;
  pacman) echo "pacman -S --needed --noconfirm" ;;
  zypper) echo "zypper --non-interactive install" ;;
  esac
}

installed=no

# install_missing build|test yes|no: `no` refuses to install and says what is missing.
install_missing () {
  manager=
  for candidate in apt dnf pacman zypper; do
    case $candidate in apt) program=apt-get ;; *) program=$candidate ;; esac
    if command -v $program >/dev/null 2>&1; then manager=$candidate; break; fi
  done
  if [ -z "$manager" ]; then
    say "No package manager that is known here (apt, dnf, pacman, zypper): going on with what is installed."
    return 0
  fi

  missing=
  for package in $(packages_for "$1"); do
    is_installed "$package" || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0

  command="$(install_command)$missing"
  if [ "$2" = no ]; then
    fail "these packages are missing, and --no-install was given:$missing
To install them: $command"
  fi

  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 ||
      fail "these packages are missing:$missing
There is no sudo here; run this as root: $command"
    as_root=sudo
  fi
  say "Installing what is missing:$missing"
  say "+ $as_root $command"
  if [ $manager = apt ]; then
    $as_root apt-get update >&2 || say "apt-get update failed: trying with the package lists that are here."
    $as_root env DEBIAN_FRONTEND=noninteractive $command >&2 || fail "installing failed; see above"
  else
    $as_root $command >&2 || fail "installing failed; see above"
  fi
  installed=yes
}

# build FOLDER [meson options]: configures FOLDER if needed and builds it.
build () {
  folder=$1
  shift
  log=$folder.log
  if [ ! -f "$folder/build.ninja" ]; then
    say "Configuring $folder"
    rm -rf "$folder"
    meson setup "$folder" "$@" >"$log" 2>&1 || { cat "$log" >&2; fail "configuring failed; see above"; }
  elif [ $installed = yes ]; then
    # A program that was not there yet, such as a validator, is looked for again.
    meson setup --reconfigure "$folder" "$@" >"$log" 2>&1 || { cat "$log" >&2; fail "configuring failed; see above"; }
  fi
  say "Building $folder"
  ninja -C "$folder" >"$log" 2>&1 || { tail -n 60 "$log" >&2; fail "building failed; the whole output is in $log"; }
  rm -f "$log"
}
