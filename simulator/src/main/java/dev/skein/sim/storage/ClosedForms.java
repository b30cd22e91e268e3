package dev.skein.sim.storage;

import dev.skein.hls.board.drive.Flash;
import dev.skein.hls.board.drive.Picos;

/** Rates of a flash array that is never short of work; the event model is held to them. */
public final class ClosedForms {
    private ClosedForms() {}

    /** Bytes per second that all channels read. */
    public static double readBytesPerSecond(Flash flash) {
        Flash.Timing t = flash.timing();
        double planes = flash.geometry().planesPerChannel();
        double page = flash.geometry().pageBytes();
        int perDie = flash.geometry().planesPerDie();
        double transfer = flash.transferPicos();
        double sense = t.tRPicos() + t.commandPicos(perDie);
        double perPico = switch (flash.controller()) {
            case LOCK_STEP -> planes * page / (sense + planes * transfer);
            case PIPELINED -> Math.min(planes * page / (sense + perDie * transfer),
                    page / transfer);
        };
        return flash.geometry().channels() * perPico * Picos.PER_SECOND;
    }

    /** Bytes per second that all channels program. */
    public static double programBytesPerSecond(Flash flash) {
        Flash.Timing t = flash.timing();
        double planes = flash.geometry().planesPerChannel();
        double page = flash.geometry().pageBytes();
        int perDie = flash.geometry().planesPerDie();
        double transfer = flash.transferPicos();
        double program = t.tPROGPicos() + t.commandPicos(perDie);
        double perPico = switch (flash.controller()) {
            case LOCK_STEP -> planes * page / (program + planes * transfer);
            case PIPELINED -> Math.min(planes * page / (program + perDie * transfer),
                    page / transfer);
        };
        return flash.geometry().channels() * perPico * Picos.PER_SECOND;
    }
}
