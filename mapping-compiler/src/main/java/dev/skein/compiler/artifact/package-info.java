/**
 * Skein's own files on disk: written atomically, checked when read.
 *
 * <p>An artifact is a compiled model, an {@link dev.skein.compiler.artifact.Executable}. It is an
 * HDF5 file that h5dump and h5py read, with a trailer behind the end that HDF5 knows. In the
 * grammar a name in quotes stands for itself, {@code x*} for any number of x, {@code x+} for at
 * least one; numbers are little-endian.
 *
 * <pre>
 * artifact   = hdf5 trailer
 * hdf5       = "/" attribute "skein_artifact_version": the integer 2
 *              "/model/"    file+      what stands beside the model's weights, byte for byte
 *              "/weights/"  image+     contents of the read-only memory regions
 *              "/programs/" program+   those of the plan
 *              "/plan"                 one string: the JSON object plan
 *              "/provenance"           one string: a JSON object, all values strings
 * file       = NAME uint8 [bytes]      a name of {@link
 *                                      dev.skein.compiler.frontend.model.ModelHeader#NAMES}
 * image      = NAME uint8 [bytes]      the image that a region of the plan names
 * program    = PHASE "-" N "/" stream+ "decode" or "prefill", and the longest context it serves
 * stream     = "core" N uint8 [instructions, 32]; see docs/isa.md
 * trailer    = sum+ uint64 uint32 uint32 "SKEINEND"
 * sum        = uint32                  CRC32C of a block of 16 MiB of hdf5; the last may be short
 * </pre>
 *
 * <p>The three numbers of the trailer are the size of the HDF5 part in bytes, the number of sums,
 * and the CRC32C of the trailer before it. So every byte of the file is under a sum; all are
 * checked before anything else is read.
 *
 * <p>The objects of the plan and their fields, none optional but {@code image}:
 *
 * <pre>
 * plan     = name, board, weights      model, board ("u280", or "u280*2" for two
 *                                      cards of it), weight scheme ("w4g16")
 *            cores, maxContext
 *            buffers                   actBytes, wgtBytes, parBytes
 *            memories                  HBM, PARAM, DDR: an object stripes each
 *            programs                  an array of program
 *            regions                   an array of region, the same for all programs
 * program  = phase                     "prefill" or "decode", in this order
 *            firstContext, lastContext tokens in the cache after its steps; the programs of a phase
 *                                      serve 1 to maxContext without gaps, in order
 *            maxTokens                 largest step: 1 in decode; in prefill that of the longest
 *                                      program, or lastContext if that is less
 * stripes  = channels                  an array of integers, one a core; 0 of a memory it lacks
 *            stripeBytes
 * region   = name, kind, memory, core, base, offset, bytes: a {@link dev.skein.hls.isa.Region}
 *            image                     of a region of kind WEIGHTS, PARAMS or TABLES that is not
 *                                      empty: the dataset in /weights with its bytes
 * </pre>
 *
 * <p>An image lies as its memory is addressed. Where a core's memory is a group of
 * pseudo-channels, byte {@code a} of it is on channel {@code (a / stripeBytes) % channels} at
 * {@code a / (stripeBytes * channels) * stripeBytes + a % stripeBytes}: so a loader cuts an image
 * into its channels. The parameters, equal for all cores, are one image that several regions
 * name.
 *
 * <p>Nothing in the file depends on when, where or by whom it was written: the same model compiled
 * by the same version for the same board gives the same bytes.
 */
package dev.skein.compiler.artifact;
