// C interface of the kernel around the MPE: an instruction as a host would run it, registers
// through AXI4-Lite, operands and sums through streams whose both sides stall now and then.
#include <cstdint>
#include <cstring>

#include "Vskein_mpe_kernel.h"
#include "tile.h"

namespace {

using namespace tile;

// Words of the kernel's buffers: its defaults.
constexpr long WORDS = 1024;

struct Kernel {
    VerilatedContext context;
    Vskein_mpe_kernel model{&context};
    std::uint32_t noise;

    explicit Kernel(std::uint32_t seed) : noise(seed | 1) {
        model.ap_rst_n = 0;
        model.s_axi_control_awvalid = model.s_axi_control_wvalid = 0;
        model.s_axi_control_arvalid = model.s_axis_operands_tvalid = 0;
        model.s_axi_control_bready = model.s_axi_control_rready = 1;
        model.m_axis_sums_tready = 0;
        clock();
        model.ap_rst_n = 1;
        clock();
    }

    // xorshift: a quarter of the cycles stall
    bool stalls() {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        return noise % 4 == 0;
    }

    void clock() {
        model.ap_clk = 0;
        model.eval();
        model.ap_clk = 1;
        model.eval();
    }

    // Outputs that follow inputs of this cycle.
    void settle() {
        model.ap_clk = 0;
        model.eval();
    }

    void write(int address, std::uint32_t value) {
        model.s_axi_control_awaddr = static_cast<std::uint8_t>(address);
        model.s_axi_control_wdata = value;
        model.s_axi_control_wstrb = 15;
        model.s_axi_control_awvalid = model.s_axi_control_wvalid = 1;
        settle();
        for (int i = 0; !model.s_axi_control_wready; i++) {
            limit(i, 100);
            clock();
            settle();
        }
        clock();
        model.s_axi_control_awvalid = model.s_axi_control_wvalid = 0;
        clock();
    }

    std::uint32_t read(int address) {
        model.s_axi_control_araddr = static_cast<std::uint8_t>(address);
        model.s_axi_control_arvalid = 1;
        settle();
        for (int i = 0; !model.s_axi_control_arready; i++) {
            limit(i, 100);
            clock();
            settle();
        }
        clock();
        model.s_axi_control_arvalid = 0;
        std::uint32_t value = model.s_axi_control_rdata;
        clock();
        return value;
    }

    static void limit(long i, long most) {
        if (i >= most) {
            throw Refused{STUCK};
        }
    }

    void send(int kind, int to, long address, const void *word, std::size_t bytes, bool last) {
        auto *beat = reinterpret_cast<std::uint8_t *>(model.s_axis_operands_tdata.data());
        std::memset(beat, 0, 64);
        std::memcpy(beat, word, bytes);
        beat[63] = static_cast<std::uint8_t>(kind);
        beat[62] = static_cast<std::uint8_t>(to >> 8);
        beat[61] = static_cast<std::uint8_t>(to);
        beat[60] = static_cast<std::uint8_t>(address >> 8);
        beat[59] = static_cast<std::uint8_t>(address);
        model.s_axis_operands_tlast = last;
        for (int i = 0; i < 4 && stalls(); i++) {
            clock();
        }
        model.s_axis_operands_tvalid = 1;
        settle();
        for (int i = 0; !model.s_axis_operands_tready; i++) {
            limit(i, 100);
            clock();
            settle();
        }
        clock();
        model.s_axis_operands_tvalid = 0;
    }

    void operands(const Operation &op, const std::uint8_t *act, const std::uint8_t *wgt,
                  const Loops &loops) {
        Tile tile(op, wgt, loops);
        long xWords = static_cast<long>(loops.tiles) * loops.stride;
        if (xWords > WORDS || tile.weightWords() > WORDS || places(op, loops) > WORDS
            || static_cast<long>(tile.schedule.size()) > WORDS) {
            throw Refused{TOO_LARGE};
        }
        for (int v = 0; v < VPUS; v++) {
            for (long at = 0; at < xWords; at++) {
                std::uint8_t block[16];
                tile.x(op, act, loops, at, v, block);
                send(0, v, at, block, sizeof block, false);
            }
            for (long at = 0; at < tile.weightWords(); at++) {
                Word word = tile.at(v, at);
                send(1, v, at, &word, sizeof word, false);
            }
        }
        for (std::size_t at = 0; at < tile.schedule.size(); at++) {
            std::uint32_t step[9];
            tile.schedule[at].write(step);
            send(2, 0, static_cast<long>(at), step, sizeof step, false);
        }
        send(3, 0, 0, "", 0, true);
    }

    void sums(const Operation &op, const Loops &loops, std::int64_t *out) {
        long count = places(op, loops) * VPUS;
        for (long got = 0, i = 0; got < count; i++) {
            limit(i, 8 * count + 10 * loops.total() + 10000);
            model.m_axis_sums_tready = !stalls();
            settle();
            if (model.m_axis_sums_tready && model.m_axis_sums_tvalid) {
                const auto *beat = reinterpret_cast<const std::uint8_t *>(
                    model.m_axis_sums_tdata.data());
                place(op, loops, got / VPUS, static_cast<int>(got % VPUS), sum(beat + 6),
                      sum(beat), out);
                got++;
                if (model.m_axis_sums_tlast != (got == count)) {
                    throw Refused{STUCK};
                }
            }
            clock();
        }
        model.m_axis_sums_tready = 0;
    }

    // The status register once ap_done is set.
    std::uint32_t run(const Operation &op, const std::uint8_t *act, const std::uint8_t *wgt,
                      std::int64_t *out) {
        Loops loops = loopsOf(op);
        check(op, loops);
        bool sparse = op.opcode == SPMM || op.opcode == SPMV;
        int width = sparse ? 0 : widthCode(op.bits);
        write(0x10, (isMv(op) ? 1 : 0) | (sparse ? 2 : 0) | (op.first ? 4 : 0) | width << 3);
        write(0x18, static_cast<std::uint32_t>(loops.tiles));
        write(0x20, static_cast<std::uint32_t>(loops.groups));
        write(0x28, static_cast<std::uint32_t>(loops.steps));
        write(0x30, static_cast<std::uint32_t>(loops.stride));
        write(0x38, static_cast<std::uint32_t>(places(op, loops)));
        write(0x00, 1);
        operands(op, act, wgt, loops);
        if (read(0x00) != 1) {
            throw Refused{STUCK};
        }
        sums(op, loops, out);
        for (int i = 0; i < 4; i++) {
            clock();
        }
        return read(0x00);
    }
};

}  // namespace

extern "C" {

// Runs one operation on a kernel that has just been reset, twice if again: sums then are those of
// both. Returns the status register at the end, or a Refusal.
std::int64_t skein_mpe_kernel_run(const std::uint8_t *act, const std::uint8_t *wgt,
        const Operation *op, std::int64_t *sums, std::uint32_t seed, std::int32_t again) {
    Kernel kernel(seed);
    try {
        std::uint32_t status = kernel.run(*op, act, wgt, sums);
        if (again) {
            Operation more = *op;
            more.first = 0;
            status = kernel.run(more, act, wgt, sums);
        }
        return status;
    } catch (const Refused &refused) {
        return refused.why;
    }
}

}
