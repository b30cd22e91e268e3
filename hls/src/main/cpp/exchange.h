// The unit SYS: broadcasts and barriers over AXI streams between the kernels of the card.
#ifndef SKEIN_EXCHANGE_H
#define SKEIN_EXCHANGE_H

#include "unit.h"

namespace skein {

constexpr int LINK_DEPTH = 16;  // packets on the way from one core to another one

// A beat for the activation buffer, or the word that a core has come to its SYNC: everything it
// sent before has then arrived, since a link keeps the order.
struct Packet {
    Beat data;
    std::uint32_t at;      // ACT address
    std::uint16_t bytes;   // 0 if the sender has come to its SYNC
};

using Link = Stream<Packet, LINK_DEPTH>;

struct Exchange {
    Issue issue;
    std::int64_t row;       // of the broadcast on its way
    std::int64_t sent;      // bytes of that row
    std::uint32_t greeted;  // cores that know of the SYNC on its way
    std::int32_t arrived[config::CORES];  // SYNCs of each other core not met yet

    void start();

    // Takes what has come in, then goes on with the instruction at the head of the queue. A fault
    // goes to `failed`. Returns whether anything moved.
    bool turn(const Context &context, Fabric &fabric, Link to[config::CORES],
              Link from[config::CORES], std::uint8_t act[config::ACT_BYTES], Budget &budget,
              Report &failed);

private:
    bool receive(const Context &context, Link from[config::CORES], std::uint8_t *act,
                 Report &failed);
    bool send(const Context &context, Link to[config::CORES], std::uint8_t *act);
    bool meet(const Context &context, Link to[config::CORES]);
    Report check(const Context &context, Budget &budget) const;
};

}  // namespace skein

#endif
