# Synthesises one kernel with Vitis HLS alone: a report within the hour, no platform needed.
# From the environment, since versions disagree on what is in argv: SKEIN_KERNEL, SKEIN_PART,
# SKEIN_CLOCK_HZ, SKEIN_FOLDER for csynth.xml, SKEIN_OPTIONS of the compiler.
foreach name {KERNEL PART CLOCK_HZ FOLDER OPTIONS} {
    if {![info exists env(SKEIN_$name)]} {
        puts stderr "csynth.tcl: SKEIN_$name is not set; run it with 'make csynth'"
        exit 1
    }
}
set folder $env(SKEIN_FOLDER)

open_project -reset [file join $folder project]
set_top $env(SKEIN_KERNEL)
foreach source [lsort [glob src/cpp/*.cpp]] {
    add_files $source -cflags "$env(SKEIN_OPTIONS) -DSKEIN_VITIS -Isrc/cpp"
}
open_solution -reset -flow_target vitis solution
set_part $env(SKEIN_PART)
create_clock -period [format %.3f [expr {1e9 / $env(SKEIN_CLOCK_HZ)}]] -name default
csynth_design

set report [file join $folder project solution syn report csynth.xml]
if {![file exists $report]} {
    puts stderr "csynth.tcl: there is no $report after csynth_design"
    exit 1
}
file copy -force $report [file join $folder csynth.xml]
exit 0
