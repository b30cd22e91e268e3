// FIFO between two processes: hls::stream under Vitis, our own bounded queue otherwise.
#ifndef SKEIN_STREAM_H
#define SKEIN_STREAM_H

#ifdef __VITIS_HLS__

#include <hls_stream.h>

namespace skein {
template <class T, int DEPTH>
using Stream = hls::stream<T, DEPTH>;
}  // namespace skein

#else

namespace skein {

// The calls of hls::stream that kernels use, with the depth of the FIFO in hardware. Neither call
// blocks: whoever finds it empty or full comes back in its next turn.
template <class T, int DEPTH>
class Stream {
    T slots[DEPTH];
    int first = 0;
    int held = 0;

public:
    bool empty() const { return held == 0; }

    bool full() const { return held == DEPTH; }

    bool read_nb(T &out) {
        if (held == 0) {
            return false;
        }
        out = slots[first];
        first = first + 1 == DEPTH ? 0 : first + 1;
        --held;
        return true;
    }

    bool write_nb(const T &in) {
        if (held == DEPTH) {
            return false;
        }
        const int at = first + held;
        slots[at < DEPTH ? at : at - DEPTH] = in;
        ++held;
        return true;
    }
};

}  // namespace skein

#endif
#endif
