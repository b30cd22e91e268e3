# Packages SystemVerilog sources as a Vitis kernel (.xo).
# Arguments: the .xo, top module, part, source files.
if {[llength $argv] < 4} {
    puts stderr "package_rtl.tcl: at least 4 arguments are needed: xo top part source ..."
    exit 1
}
set sources [lassign $argv xo top part]
set folder [file join [file dirname $xo] $top.ip]
file delete -force $folder $xo

create_project -in_memory -part $part
add_files -norecurse $sources
set_property top $top [current_fileset]
update_compile_order -fileset sources_1

ipx::package_project -root_dir $folder -vendor skein.dev -library kernel \
    -taxonomy /KernelIP -import_files -set_current false
ipx::open_core [file join $folder component.xml]
set core [ipx::current_core]
set_property name $top $core
set_property version 1.0 $core
set_property core_revision 1 $core

# v++ connects a kernel by its interfaces: a clock, a reset, AXI masters, streams, control.
foreach {port type} {ap_clk xilinx.com:signal:clock_rtl:1.0 ap_rst_n xilinx.com:signal:reset_rtl:1.0} {
    if {[llength [ipx::get_ports $port -of_objects $core]] == 0} {
        puts stderr "package_rtl.tcl: module $top has no port $port, which a Vitis kernel needs"
        exit 1
    }
    if {[llength [ipx::get_bus_interfaces $port -of_objects $core]] == 0} {
        ipx::infer_bus_interface $port $type $core
    }
}
set control ap_ctrl_none
foreach interface [ipx::get_bus_interfaces -of_objects $core] {
    set name [get_property NAME $interface]
    if {$name in {ap_clk ap_rst_n}} {
        continue
    }
    ipx::associate_bus_interfaces -busif $name -clock ap_clk $core
    if {$name eq "s_axi_control"} {
        set control ap_ctrl_hs
    }
}
ipx::associate_bus_interfaces -clock ap_clk -reset ap_rst_n $core

# The registers of skein_control.sv: control at 0, then a 32-bit argument every 8 bytes.
if {$control eq "ap_ctrl_hs"} {
    set block [ipx::add_address_block -quiet reg0 [ipx::add_memory_map -quiet s_axi_control $core]]
    foreach {name address} {
        CTRL 0x000 mode 0x010 x_tiles 0x018 groups 0x020 steps 0x028 x_stride 0x030 places 0x038
    } {
        set register [ipx::add_register $name $block]
        set_property address_offset $address $register
        set_property size 32 $register
    }
    set_property slave_memory_map_ref s_axi_control \
        [ipx::get_bus_interfaces s_axi_control -of_objects $core]
}

set_property sdx_kernel true $core
set_property sdx_kernel_type rtl $core
set_property vitis_drc [list ctrl_protocol $control] $core
set_property ipi_drc {ignore_freq_hz true} $core
ipx::update_checksums $core
if {![ipx::check_integrity -kernel $core]} {
    puts stderr "package_rtl.tcl: $top is no valid kernel, see the messages above"
    exit 1
}
ipx::save_core $core
package_xo -force -xo_path $xo -kernel_name $top -ctrl_protocol $control -ip_directory $folder
exit 0
