# Writes the reports of a routed design that 'skein resources --report' reads.
# Arguments: the linker's folder of temporary files, the folder for the reports.
if {[llength $argv] != 2} {
    puts stderr "reports.tcl: 2 arguments are needed: temporary_folder report_folder"
    exit 1
}
lassign $argv temporary reports

# Every *_routed.dcp below a folder: where v++ puts it differs between versions.
proc checkpoints {folder} {
    set found [glob -nocomplain -types f -directory $folder *_routed.dcp]
    foreach below [glob -nocomplain -types d -directory $folder *] {
        lappend found {*}[checkpoints $below]
    }
    return $found
}

set found [lsort [checkpoints $temporary]]
if {[llength $found] != 1} {
    puts stderr "reports.tcl: one *_routed.dcp is needed below $temporary, found\
        [llength $found]: $found"
    exit 1
}
open_checkpoint [lindex $found 0]
report_utilization -hierarchical -file [file join $reports hierarchy.rpt]
report_utilization -slr -file [file join $reports slr.rpt]
report_timing_summary -no_detailed_paths -file [file join $reports timing.rpt]
exit 0
