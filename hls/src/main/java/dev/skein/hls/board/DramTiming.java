package dev.skein.hls.board;

/**
 * Timing of a DRAM channel in ticks of its clock, rounded up from the nanoseconds of the board
 * file as JEDEC does. Names are those of JESD235 and JESD79-4; S and L mean between different bank
 * groups and within one.
 *
 * @param nRCD activate to read or write
 * @param nRP precharge to activate
 * @param nRAS activate to precharge of the same bank
 * @param nRC activate to activate of the same bank
 * @param nRRDS activate to activate, other bank group
 * @param nRRDL activate to activate, same bank group
 * @param nFAW window that holds at most four activates
 * @param nCCDS column command to column command, other bank group; not less than a burst
 * @param nCCDL column command to column command, same bank group; not less than nCCDS
 * @param nRTP read to precharge
 * @param nCWL write to its data
 * @param nWR end of write data to precharge
 * @param nWTRS end of write data to read, other bank group
 * @param nWTRL end of write data to read, same bank group
 * @param nRTW read to write
 * @param nRFC duration of a refresh of all banks
 * @param nRFCsb duration of a refresh of one bank
 * @param nREFI time between refreshes of all banks
 */
public record DramTiming(int nRCD, int nRP, int nRAS, int nRC, int nRRDS, int nRRDL, int nFAW,
        int nCCDS, int nCCDL, int nRTP, int nCWL, int nWR, int nWTRS, int nWTRL, int nRTW,
        int nRFC, int nRFCsb, int nREFI) {}
