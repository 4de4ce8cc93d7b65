#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# For a machine on which even make is missing: installs it if it may, or prints
# the line to type, and becomes it.
cd "$(dirname "$0")" || exit
command -v make >/dev/null || .ci/deps make || exit
exec make "$@"
