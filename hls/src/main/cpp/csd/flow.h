// FIFOs between the processes of a dataflow region: hls::stream under Vitis. Elsewhere the
// processes run one after the other, so a FIFO holds whatever is written, as in the C-simulation of
// Vitis.
#ifndef SKEIN_CSD_FLOW_H
#define SKEIN_CSD_FLOW_H

#ifdef __VITIS_HLS__

#include <hls_stream.h>

namespace skein {
namespace csd {
template <class T>
using Flow = hls::stream<T>;
}  // namespace csd
}  // namespace skein

#else

#include <deque>

namespace skein {
namespace csd {

template <class T>
class Flow {
    std::deque<T> items;

public:
    void write(const T &item) { items.push_back(item); }

    // Whoever reads knows how much was written, so it is never empty here.
    T read() {
        T item = items.front();
        items.pop_front();
        return item;
    }
};

}  // namespace csd
}  // namespace skein

#endif

#endif
