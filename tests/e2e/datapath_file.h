/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A datapath in memory, number 100 and called ovs-system, from a file, a line
 * each:
 *	hw-offload			Open vSwitch offloads
 *	port NUMBER NETDEV
 *	tc in_hw|not_in_hw UFID filter add dev NETDEV …
 *	ufid:…				a flow, its ports by number
 */
#ifndef TESTS_E2E_DATAPATH_FILE_H
#define TESTS_E2E_DATAPATH_FILE_H

#include "tests/fake_datapath.h"
#include "tests/fake_kernel.h"
#include "tests/fake_ovs.h"

/* netdevs are those of fk.  0 or -EINVAL, which was told. */
int datapath_file_read(const char *path, struct fake_kernel *fk,
		       struct fake_datapath *fd, struct fake_ovs *fo);

#endif
