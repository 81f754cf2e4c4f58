package dev.crossplan.cross;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.crossplan.planner.variant.MarchFault;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsaSpellingTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rv64gc",
        "rv64g",
        "rv64i",
        "rv64e",
        "rv64imafdc",
        "rv64imafdc_zicsr_zifencei",
        "rv64imafdczicsr_zifencei",
        "rv64gcsvinval",
        "rv64i2p1m2p0a2p0f2p0d2p0c2p0",
        "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0_zmmul1p0_zaamo1p0",
        "rv64gc_zba1p0",
        "rv64gc_zba1",
        "rv64gcv_zvl256b1p0",
        "rv64gc_v_zbb",
        "rv64gcb",
        "rv64gcbvh",
        "rv64gvc",
        "rv64gc__zba_",
        "rv64gc_zbs_zba",
        "rv64gc_za64rs_zic64b_ziccif_zicclsm",
        "rv64gc_xtheadba_xtheadbb1p0",
        "rv64gc_xsomethingnew",
        "rv64gc_ss1p13_sv39_svinval_smaia",
        "rv64imac_zfinx",
        "rv64imac_zca_zcmp",
        "rva20u64",
        "rva22u64",
        "rva22s64",
        "rva23u64",
        "rva23u64_v_zfh",
        "rvb23u64",
        "rvi20u64",
      })
  void whatIsRightIsNoFault(String march) {
    assertEquals(Optional.empty(), IsaSpelling.fault(march, 64, OptionalInt.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rv64foo | after rv32 or rv64 comes the base, which is i, e or g",
        "rv64 | after rv32 or rv64 comes the base, which is i, e or g",
        "rv64cdfami | after rv32 or rv64 comes the base, which is i, e or g",
        "rv64_gc | after rv32 or rv64 comes the base, which is i, e or g",
        "rv64gcx | x alone is no extension",
        "rv64gcz | z alone is no extension",
        "rv64gc_s1p0 | s alone is no extension",
        "rv64gco | o is no extension",
        "rv64ifoo | o is no extension",
        "rv64gc_2 | 2 is no extension",
        "rv64gci | i is a base, which comes first",
        "rv64gcc | it has c twice",
        "rv64gmc | it has m twice",
        "rv64gc_zba_zba | it has zba twice",
        "rv64gc-zba | no ISA string has a \"-\"",
        "RV64GC | it has capital letters",
        "RVA22U64 | it has capital letters",
        "rv32gc | it has 32 bits, and the platform has 64",
        "rvi20u32 | it has 32 bits, and the platform has 64",
        "rv128i | it begins neither with rv32 nor with rv64",
        "rva22u64v | after a profile comes an underscore",
      })
  void whatGccRefusesIsCertain(String march, String what) {
    MarchFault fault = fault(march);
    assertEquals(what, fault.what());
    assertTrue(fault.isCertain());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rv64gc_zfoo | no extension zfoo is known here | ''",
        "rv64gc_zicborn | no extension zicborn is known here | Maybe zicbom is meant",
        "rv64gc_zbazbb | no extension zbazbb is known here | ''",
        "rv64gc_svinvall | no extension svinvall is known here | Maybe svinval is meant",
        "rv64gc_zfoo_zbar | no extensions zfoo, zbar are known here | ''",
        "rv64gcp | no extension p is known here | ''",
        "rva24u64 | no profile rva24u64 is known here | Maybe rva2",
        "riscv64gc | it is no ISA string | such as rv64gc",
        "sifive-u74 | it is no ISA string | such as rv64gc",
        "rv64gc_zvl128b | the assembler refuses zvl128b where there is neither v nor | without vectors",
        "rv64gc_zcf | zcf is for 32 bits | ''",
        "rv64gc_zfinx | zfinx has floating-point numbers | ''",
        "rv64gc_zcmp | zcmp and zcmt are encoded as what c has for d | ''",
      })
  void whatMayBeNewIsNotCertain(String march, String what, String remedy) {
    MarchFault fault = fault(march);
    assertTrue(fault.what().startsWith(what), fault.what());
    assertTrue(fault.remedy().contains(remedy), fault.remedy());
    assertFalse(fault.isCertain());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rv64gcb | 14 | GCC knows b from 15 on | write rv64gc_zba_zbb_zbs, which asks the same of a"
            + " board",
        "rv64gc_zimop_zcmop | 14 | GCC knows zimop, zcmop from 15 on | write what GCC 14 knows of"
            + " it, rv64gc: all but zcmop, zimop",
        "rv64gc_zama16b1p0_zba | 14 | GCC knows zama16b from 16 on | write what GCC 14 knows of it,"
            + " rv64gc_zba: all but zama16b",
        "rv64gcv_zicfilp | 14 | GCC knows zicfilp from 15 on | write rv64gcv, which asks the same"
            + " of a board",
        "rv64gc_svadu_zimop_zfa | 13 | GCC knows zfa from 14 on, zimop from 15 on, svadu from 16 on | write"
            + " what GCC 13 knows of it, rv64gc: all but zfa, zimop",
        "rv64im_zcb | 13 | GCC knows zcb from 14 on | write what GCC 13 knows of it, rv64imc: all"
            + " but zcb",
        "rv64gc_zbp_zimop | 14 | GCC knows zimop from 15 on; GCC up to 15 does not know zbp | write"
            + " what GCC 14 knows of it, rv64gc: all but zbp, zimop",
        "rv64gcv_zvl8192b | 14 | GCC up to 15 does not know zvl8192b | write what GCC 14 knows of"
            + " it, rv64gcv_zvl4096b: all but zvl8192b",
        "rv64gc_xtheadba | 12 | GCC knows xtheadba from 13 on | write what GCC 12 knows of it,"
            + " rv64gc: all but xtheadba",
        "rv64gc_zbp_zba | 15 | GCC up to 15 does not know zbp | write what GCC 15 knows of it,"
            + " rv64gc_zba: all but zbp",
        "rva20u64 | 14 | GCC knows rva20u64 from 16 on | write out what it stands for, rv64gc",
        "rva22u64 | 14 | GCC knows rva22u64 from 16 on | write out what it stands for,"
            + " rv64gc_zba_zbb_zbs_zfhmin_zic64b_zicbom_zicboz",
        "rva22u64_v_m_zfh | 13 | GCC knows rva22u64 from 16 on | write what GCC 13 knows of it,"
            + " rv64gcv_zfh_zba_zbb_zbs_zicbom_zicboz: all but zic64b",
        "rva23u64 | 14 | GCC knows rva23u64 from 16 on | write what GCC 14 knows of it,"
            + " rv64gcv_zawrs_zba_zbb_zbs_zcb_zfa_zfhmin_zic64b_zicbom_zicboz_zicond_zvbb_zvfhmin:"
            + " all but zcmop, zimop",
        "rva22s64 | 15 | GCC up to 15 does not know rva22s64 | write out what it stands for,"
            + " rv64gc_zba_zbb_zbs_zfhmin_zic64b_zicbom_zicboz",
        "rvi20u64 | 14 | GCC knows rvi20u64 from 16 on | write out what it stands for, rv64i",
      })
  void whatIsNewIsNotForAnOldCompiler(String march, int gcc, String what, String remedy) {
    MarchFault fault = IsaSpelling.fault(march, 64, OptionalInt.of(gcc)).orElseThrow();
    assertEquals(what + ", and this is " + gcc, fault.what());
    assertEquals("Maybe " + remedy + ".", fault.remedy());
    assertFalse(fault.isCertain());
  }

  @ParameterizedTest
  @CsvSource({
    "rv64gvc, rv64gcv",
    "rv64gc_zba_v, rv64gcv_zba",
    "rv64gc_zba_svinval_zbb, rv64gc_svinval_zba_zbb",
    "rv64gc_xtheadba_zba, rv64gc_zba_xtheadba",
  })
  void anOldCompilerWantsAnOrder(String march, String ordered) {
    MarchFault fault = IsaSpelling.fault(march, 64, OptionalInt.of(13)).orElseThrow();
    assertEquals("GCC takes extensions in any order from 14 on, and this is 13", fault.what());
    assertEquals("Maybe write " + ordered + ".", fault.remedy());
    assertFalse(fault.isCertain());
  }

  /** As far as is known. */
  @ParameterizedTest
  @CsvSource({
    "rva22u64, 16",
    "rv64gcb, 15",
    "rv64gcb, 17",
    "rv64gc, 12",
    "rv64gcv_zbs_zba, 12",
    "rv64gc_zba, 11",
    "rv64gvc, 14",
    "rv64gcv_zvl8192b, 13",
    "rv64gc_zbp, 16",
    "rv64gc_xsomethingnew, 12",
    "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0, 12",
  })
  void whatACompilerTakesIsNoFault(String march, int gcc) {
    assertEquals(Optional.empty(), IsaSpelling.fault(march, 64, OptionalInt.of(gcc)));
  }

  @Test
  void otherSystemsHaveOtherNames() {
    CrossPlatforms platforms = new CrossPlatforms();
    assertEquals(
        Optional.empty(), platforms.marchFault("x86-64-v3", "x86_64-linux", OptionalInt.empty()));
    assertEquals(
        Optional.empty(), platforms.marchFault("rv32gc", "riscv32-linux", OptionalInt.empty()));
  }

  /** What is meant may be one of the names that the compiler takes. */
  @ParameterizedTest
  @CsvSource({
    "rv64gc_zimopp, 15, 'Maybe zimop is meant, unless the compiler does know zimopp.'",
    "rv64gc_zimopp, 14, Maybe look whether the compiler has such names.",
    "rva24u64, 16, 'Maybe rva20u64 is meant, or the compiler knows it.'",
    "rva24u64, 15, Maybe the compiler knows it.",
  })
  void whatIsMeantTheCompilerTakes(String march, int gcc, String remedy) {
    assertEquals(remedy, IsaSpelling.fault(march, 64, OptionalInt.of(gcc)).orElseThrow().remedy());
  }

  private static MarchFault fault(String march) {
    return IsaSpelling.fault(march, 64, OptionalInt.empty())
        .orElseThrow(() -> new AssertionError(march + " has no fault"));
  }
}
