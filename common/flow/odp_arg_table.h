/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of arguments, one an action; private to common/flow. */
#ifndef COMMON_FLOW_ODP_ARG_TABLE_H
#define COMMON_FLOW_ODP_ARG_TABLE_H

#include "common/flow/odp_arg.h"

/* Stored */
extern const struct odp_arg odp_args_recirc[];
extern const struct odp_arg odp_args_push_vlan[];
extern const struct odp_arg odp_args_push_mpls[];
extern const struct odp_arg odp_args_pop_mpls[];
extern const struct odp_arg odp_args_meter[];
extern const struct odp_arg odp_args_trunc[];
extern const struct odp_arg odp_args_push_eth[];

/* Kept as text */
extern const struct odp_arg odp_args_userspace[];
extern const struct odp_arg odp_args_hash[];
extern const struct odp_arg odp_args_push_nsh[];
extern const struct odp_arg odp_args_tnl_push[];
extern const struct odp_arg odp_args_tnl_pop[];
extern const struct odp_arg odp_args_psample[];
extern const struct odp_arg odp_args_lb_output[];
extern const struct odp_arg odp_args_add_mpls[];
extern const struct odp_arg odp_args_none[];

#endif
