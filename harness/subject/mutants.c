#include "subject/mutants.h"

const struct mutant mutants[] = {
    {FAULT_IBB_SEQ_FROM_ONE, "0047-send"},
    {FAULT_IBB_SEQ_IGNORED, "0047-wrong-seq"},
    {FAULT_IBB_BLOCK_TOO_LARGE, "0047-block-within-size"},
    {FAULT_HASH_IGNORED, "0234-hash-mismatch"},
    {FAULT_DSTADDR_SWAPPED, "0260-dstaddr"},
};

const unsigned mutant_count = sizeof mutants / sizeof *mutants;
