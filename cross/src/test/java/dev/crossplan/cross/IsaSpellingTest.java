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

  @Test
  void profilesAreForNewCompilers() {
    assertEquals(Optional.empty(), IsaSpelling.fault("rva22u64", 64, OptionalInt.of(15)));
    assertEquals(
        "Maybe write out what it stands for, rv64gc_zba_zbb_zbs_zfhmin_zicbom_zicboz.",
        IsaSpelling.fault("rva22u64", 64, OptionalInt.of(14)).orElseThrow().remedy());
    assertEquals(Optional.empty(), IsaSpelling.fault("rv64gc", 64, OptionalInt.of(12)));
  }

  @Test
  void otherSystemsHaveOtherNames() {
    CrossPlatforms platforms = new CrossPlatforms();
    assertEquals(
        Optional.empty(), platforms.marchFault("x86-64-v3", "x86_64-linux", OptionalInt.empty()));
    assertEquals(
        Optional.empty(), platforms.marchFault("rv32gc", "riscv32-linux", OptionalInt.empty()));
  }

  private static MarchFault fault(String march) {
    return IsaSpelling.fault(march, 64, OptionalInt.empty())
        .orElseThrow(() -> new AssertionError(march + " has no fault"));
  }
}
