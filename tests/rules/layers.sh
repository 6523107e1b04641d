#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Who may include whom: ctl, kernel, ovs and store see core, core sees common,
# swctl sees common, and nothing looks back.
cd "$(dirname "$0")/../.." || exit 1
bad=0

# deny FROM FORBIDDEN: files below FROM must not include what matches.
deny() {
	if find "$1" -name '*.[ch]' -exec \
		grep -nHE "^#include [\"<]($2)" {} +; then
		echo "layers: $1 must not include these"
		bad=1
	fi
}

kernel_api='libmnl/|netlink/|linux/(netlink|rtnetlink|genetlink|devlink|ethtool)'
deny common "swoffd/|swctl/|tests/|sqlite3|$kernel_api"
deny common/base 'common/(rpc|flow)/|json-c/'
deny common/device 'common/(rpc|flow)/|json-c/'
deny common/event 'common/(rpc|flow|device)/|json-c/'
deny common/flow 'common/rpc/|json-c/|sys/socket|unistd'
deny common/rpc 'common/flow/'
deny swctl "swoffd/|tests/|$kernel_api"
deny swoffd/core "swoffd/(kernel|ctl|ovs|store)/|json-c/|sqlite3|sys/socket|sys/epoll|tests/|$kernel_api"
deny swoffd/kernel 'swoffd/(ctl|ovs|store)/|json-c/|sqlite3|tests/'
deny swoffd/ctl "swoffd/(kernel|ovs|store)/|sqlite3|tests/|$kernel_api"
deny swoffd/ovs "swoffd/(kernel|ctl|store)/|sqlite3|tests/|$kernel_api"
deny swoffd/store "swoffd/(kernel|ctl|ovs)/|json-c/|common/(rpc|flow)/|tests/|$kernel_api"
exit $bad
