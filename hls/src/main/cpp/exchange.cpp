#include "exchange.h"

namespace skein {
namespace {

constexpr int SYS = int(isa::Unit::SYS);

// A BCAST with its lengths.
struct Block {
    std::int64_t src;
    std::int64_t src_stride;
    std::int64_t dst;
    std::int64_t dst_stride;
    std::int64_t rows;
    std::int64_t row_bytes;
};

Block block(const Command &c) {
    return Block{std::int64_t(isa::get(c.word, isa::bcast::src)),
                 std::int64_t(isa::get(c.word, isa::bcast::srcStride)),
                 std::int64_t(isa::get(c.word, isa::bcast::dst)),
                 std::int64_t(isa::get(c.word, isa::bcast::dstStride)),
                 extent(c.word, isa::bcast::rows, isa::bcast::rowsMode).resolve(c.registers),
                 4 * std::int64_t(isa::get(c.word, isa::bcast::cols))};
}

bool is_other(const Context &context, int core) {
    return core < context.cores && core != context.core;
}

}  // namespace

void Exchange::start() {
    issue = Issue();
    row = 0;
    sent = 0;
    greeted = 0;
    for (int c = 0; c < config::CORES; ++c) {
        arrived[c] = 0;
    }
}

bool Exchange::receive(const Context &context, Link from[config::CORES], std::uint8_t *act,
                       Report &failed) {
    bool moved = false;
    for (int c = 0; c < config::CORES; ++c) {
#pragma HLS UNROLL
        Packet packet;
        if (!is_other(context, c) || !from[c].read_nb(packet)) {
            continue;
        }
        moved = true;
        if (packet.bytes == 0) {
            ++arrived[c];
        } else if (!context.sizes.holds(isa::Space::ACT, packet.at, packet.bytes)) {
            failed = report(Fault::BUFFER, packet.at);
        } else {
            for (int b = 0; b < packet.bytes; ++b) {
#pragma HLS UNROLL
                act[packet.at + std::uint32_t(b)] = packet.data.byte[b];
            }
        }
    }
    return moved;
}

Report Exchange::check(const Context &context, Budget &budget) const {
    if (code(issue.head) == isa::Code::SYNC) {
        return good();
    }
    const Block b = block(issue.head);
    if (!fits(b.rows)) {
        return report(Fault::LENGTH, b.rows);
    }
    if (!context.sizes.holds_rows(isa::Space::ACT, b.src, b.src_stride, b.rows, b.row_bytes)
        || !context.sizes.holds_rows(isa::Space::ACT, b.dst, b.dst_stride, b.rows,
                                     b.row_bytes)) {
        return report(Fault::BUFFER, b.dst);
    }
    return budget.take(std::uint64_t(b.rows) * std::uint64_t(b.row_bytes + 1))
        ? good() : report(Fault::WATCHDOG, b.rows);
}

// Sends a beat to all cores; false if some link has no room.
bool Exchange::send(const Context &context, Link to[config::CORES], std::uint8_t *act) {
    const Block b = block(issue.head);
    if (row >= b.rows || b.row_bytes == 0) {
        issue.phase = Issue::Phase::RELEASING;
        return true;
    }
    for (int c = 0; c < config::CORES; ++c) {
#pragma HLS UNROLL
        if (is_other(context, c) && to[c].full()) {
            return false;
        }
    }
    const std::int64_t left = b.row_bytes - sent;
    const int bytes = int(left < BEAT_BYTES ? left : BEAT_BYTES);
    const std::int64_t at = b.dst + row * b.dst_stride + sent;
    Packet packet = {};
    packet.at = std::uint32_t(at);
    packet.bytes = std::uint16_t(bytes);
    for (int i = 0; i < bytes; ++i) {
#pragma HLS UNROLL
        packet.data.byte[i] = act[b.src + row * b.src_stride + sent + i];
    }
    for (int i = 0; i < bytes; ++i) {
#pragma HLS UNROLL
        act[at + i] = packet.data.byte[i];
    }
    for (int c = 0; c < config::CORES; ++c) {
#pragma HLS UNROLL
        if (is_other(context, c)) {
            to[c].write_nb(packet);
        }
    }
    sent += bytes;
    if (sent == b.row_bytes) {
        sent = 0;
        ++row;
    }
    return true;
}

// Tells the others, then waits for all of them.
bool Exchange::meet(const Context &context, Link to[config::CORES]) {
    bool moved = false;
    bool all = true;
    for (int c = 0; c < config::CORES; ++c) {
#pragma HLS UNROLL
        if (!is_other(context, c)) {
            continue;
        }
        if ((greeted >> c & 1) == 0) {
            if (to[c].write_nb(Packet{})) {
                greeted |= 1u << c;
                moved = true;
            } else {
                all = false;
            }
        }
        all = all && arrived[c] > 0;
    }
    if (!all) {
        return moved;
    }
    for (int c = 0; c < config::CORES; ++c) {
#pragma HLS UNROLL
        if (is_other(context, c)) {
            --arrived[c];
        }
    }
    greeted = 0;
    issue.phase = Issue::Phase::RELEASING;
    return true;
}

bool Exchange::turn(const Context &context, Fabric &fabric, Link to[config::CORES],
                    Link from[config::CORES], std::uint8_t act[config::ACT_BYTES],
                    Budget &budget, Report &failed) {
    bool moved = receive(context, from, act, failed);
    if (begin(issue, fabric, SYS)) {
        moved = true;
        row = 0;
        sent = 0;
        const Report found = check(context, budget);
        if (found.fault != Fault::NONE) {
            failed = found;
            issue.phase = Issue::Phase::RELEASING;
        }
    }
    if (failed.fault != Fault::NONE) {
        return moved;
    }
    if (issue.phase == Issue::Phase::RUNNING) {
        return (code(issue.head) == isa::Code::SYNC ? meet(context, to)
                                                    : send(context, to, act)) || moved;
    }
    return finish(issue, fabric, SYS) || moved;
}

}  // namespace skein
