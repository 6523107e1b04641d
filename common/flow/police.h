/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The arithmetic of police: bytes as the time that they take, in the ticks of
 * the kernel's packet scheduler (64 ns) and with the rounding of tc(8).
 */
#ifndef COMMON_FLOW_POLICE_H
#define COMMON_FLOW_POLICE_H

#include <stdbool.h>
#include <stdint.h>

#define POLICE_TABLE_SIZE 256

/* A whole number of microseconds in ticks; UINT32_MAX if that is too long. */
uint32_t police_ticks(uint64_t rate, uint64_t size);

/* The smallest size that takes so long; UINT64_MAX if over 2^33. */
uint64_t police_size(uint64_t rate, uint32_t ticks);

/* The binary logarithm of the sizes that share an entry, for this mtu. */
uint8_t police_cell(uint32_t mtu);

/* The rate table that the kernel wants and does not look into. */
void police_table(uint64_t rate, uint8_t cell, uint32_t mpu, bool atm,
		  uint32_t out[POLICE_TABLE_SIZE]);

#endif
