/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Floating point where tc has it, for the same bytes. */
#include "common/flow/police.h"

#define USEC 1000000.0
#define TICKS_PER_USEC 15.625          /* 1000 ns of 64 ns each */
#define ATM_CELL 53
#define ATM_PAYLOAD 48
#define SIZE_LIMIT 8589934592.0        /* twice what 32 bits hold */
#define DEFAULT_MTU 2047               /* of tc, for tables only */

uint32_t police_ticks(uint64_t rate, uint64_t size)
{
	double usec = USEC * ((double)size / (double)rate);
	double ticks;

	if (!(usec < (double)UINT32_MAX))
		return UINT32_MAX;
	ticks = (double)(uint32_t)usec * TICKS_PER_USEC;
	return ticks < (double)UINT32_MAX ? (uint32_t)ticks : UINT32_MAX;
}

uint64_t police_size(uint64_t rate, uint32_t ticks)
{
	uint32_t usec = (uint32_t)((double)ticks / TICKS_PER_USEC);
	double size;
	uint64_t out;

	if ((uint32_t)((double)usec * TICKS_PER_USEC) < ticks)
		usec++;
	size = (double)rate * (double)usec / USEC;
	/* No burst that anybody can give; and the steps below stay few. */
	if (!(size < SIZE_LIMIT))
		return UINT64_MAX;
	out = (uint64_t)size;
	/* Rounding may be off by one either way. */
	while (out && police_ticks(rate, out - 1) >= ticks)
		out--;
	while (police_ticks(rate, out) < ticks)
		out++;
	return out;
}

uint8_t police_cell(uint32_t mtu)
{
	uint8_t cell = 0;

	if (!mtu)
		mtu = DEFAULT_MTU;
	while (mtu >> cell > POLICE_TABLE_SIZE - 1)
		cell++;
	return cell;
}

static uint32_t on_the_wire(uint32_t size, uint32_t mpu, bool atm)
{
	if (size < mpu)
		size = mpu;
	if (!atm)
		return size;
	return (size + ATM_PAYLOAD - 1) / ATM_PAYLOAD * ATM_CELL;
}

void police_table(uint64_t rate, uint8_t cell, uint32_t mpu, bool atm,
		  uint32_t out[POLICE_TABLE_SIZE])
{
	for (uint32_t i = 0; i < POLICE_TABLE_SIZE; i++)
		out[i] = police_ticks(rate,
				      on_the_wire((i + 1) << cell, mpu, atm));
}
