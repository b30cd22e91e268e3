package dev.skein.hls.board;

/** The arithmetic of an SFU's lanes, as far as its size depends on it. */
public enum SfuFormat {
    /** The contract of this project: every product and sum rounded to binary32. */
    BINARY32,
    /** FlightLLM. Sized only: programs compute in binary32 on every board. */
    BINARY16
}
