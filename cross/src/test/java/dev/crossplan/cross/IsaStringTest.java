package dev.crossplan.cross;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Splitter;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsaStringTest {

  @ParameterizedTest
  @CsvSource({
    "rv64gc, RV64GC",
    "rv64gc, rv64imafdc_zicsr_zifencei",
    "rv64gc, rv64imafdczicsr_zifencei",
    "rv64gc, rv64cdfami_zifencei_zicsr",
    "rv64gc, rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0_zmmul1p0",
    "rv64gc, rv64i2p0m2p0a2p0f2p0d2p0c2p0_zicsr_zifencei",
    "rv64gc, rv64gc_zaamo_zalrsc_zca",
    "rv64gc, rv64g_zca_zcd",
    "rv64imac, rv64im_zaamo_zalrsc_zca",
    "rv64gcv, rv64gcv_zve64d_zvl128b1p0",
    "rv64gc_zba_zbb_zbs, rv64gcb",
    "rv64gc_zkn, rv64gc_zbkb_zbkc_zbkx_zkne_zknd_zknh",
    "rv64gcv_zvkn, rv64gcv_zvkned_zvknhb_zvkb_zvkt",
    "rva22u64, RVA22U64",
    "rva22s64, rva22u64_zifencei_ss1p12_svbare_sv39_svade_ssccptr_sstvecd_sstvala_sscounterenw_svpbmt_svinval",
  })
  void equalMeaningsAreEqual(String one, String other) {
    assertEquals(parse(one), parse(other));
    assertEquals(parse(one).toString(), parse(other).toString());
    assertEquals(parse(one).hashCode(), parse(other).hashCode());
  }

  @ParameterizedTest
  @CsvSource({
    "rv64gc, rv64g",
    "rv64gc, rv64imac",
    "rv64gc, rv32gc",
    "rv64gc, rv64gcv",
    "rv64gc, rva20u64",
    "rv64imafdc_zicsr, rv64gc",
    "rv64gc_zvl256b, rv64gc_zvl128b",
  })
  void otherMeaningsAreNot(String one, String other) {
    assertNotEquals(parse(one), parse(other));
    assertNotEquals(parse(one).toString(), parse(other).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "rv64",
        "rv128i",
        "x86-64-v3",
        "rv64_",
        "rv64é",
        "rv64gc-linux",
        "rva99u64",
        "rva22u64v",
        "rv64hello",
        "rv64gcu",
        "rv64gcz",
        "rv64gc_s",
        "rv64gc_z-ba",
        "rv64gc_zé",
        "64gc"
      })
  void whatIsNoIsaStringIsNone(String text) {
    assertEquals(Optional.empty(), IsaString.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "rv64gc, rv64gc",
    "rv64imac, rv64gc",
    "rv64gc, rv64gcv",
    "rv64gc, rv64gc_zba_zbb",
    "rv64gc_zcd, rv64gc",
    "rv64gc_zbb, rv64gcb",
    "rv64gc_zve32x, rv64gcv",
    "rv64gc, rva20u64",
    "rv64gc, rva22u64",
    "rv64gc, rva23u64",
    "rva20u64, rva22u64",
    "rva22u64, rva23u64",
    "rva20u64, rva23s64",
    "rva20u64, rva20s64",
    "rva20s64, rva22s64",
    "rva22s64, rva23s64",
    "rv64gch, rva22u64",
    "rv64gcv_zvkb, rva23u64",
    "rv64gc, rv64imafdc_zicsr",
    "rv64gcv, rva23u64",
    "rv64imafdc, rv64gc",
    "rv64imac_zicntr, rv64imac",
    "rva20u64, rv64gc",
    "rva20s64, rv64gc",
    "rvi20u64, rv64gc",
    "rvb23u64, rva23u64",
    "rva22u64, rvb23u64_zfhmin",
    "rv64gc_zicntr_zihpm, rv64gc",
    "rv64gc_zihintpause, rv64gc",
    "rv64gc_zihintntl_zicbop_zicfilp, rv64gc",
    "rv64gc_zic64b_za64rs_zkt, rv64gc",
    "rv64gcv_zvkt, rv64gcv",
    "rv64gc_zicfiss, rva23u64",
    "rv64gc_zk, rv64gc_zkn",
    "rv64gcv_zvkn, rv64gcv_zvkned_zvknhb_zvkb",
    "rv64gc_svinval_supm, rv64gc",
    "rva20s64, rva23u64",
    "rva23s64, rva23u64",
    "rv64gc_zba1, rv64gc_zba",
    "rv64gc_zvl128b, rv64gc",
    "rv64gc_zvl1024b_zba, rv64gc_zba",
    "rv64gcv_zvl128b, rv64gcv",
    "rv64gc_zve32x, rv64gc_zve32x_zvl256b",
    "rv64gc_zic64b_zicbom_zicbop, rv64gc_zicbom",
    "rv64gc_zicboz, rva22u64",
    "rv64gc_ssptead_zjpm, rv64gc",
  })
  void codeRunsOnWhatHasAllItsExtensions(String code, String board) {
    assertTrue(parse(code).runsOn(parse(board)), code + " on " + board);
  }

  @ParameterizedTest
  @CsvSource({
    "rv64gcv, rv64gc",
    "rv64gc, rv64imac",
    "rv64gc, rv32gc",
    "rv32gc, rv64gc",
    "rv64gc_zbb, rv64gc",
    "rva22u64, rv64gc",
    "rva22u64, rva20u64",
    "rva23u64, rva22u64",
    "rv64gcv, rva22u64",
    "rva23u64, rvb23u64",
    "rv64gc_zicbom, rv64gc",
    "rv64gc_zicboz, rv64gc",
    "rv64gc_zawrs, rv64gc",
    "rv64gc_zimop, rv64gc",
    "rv64gc_zicfiss, rv64gc",
    "rv64gc_ztso, rv64gc",
    "rv64gc_xtheadba, rv64gc",
    "rv64gcv_zvbb, rv64gcv_zvkb",
    "rv64gcv_zvl256b, rv64gcv",
    "rv64gc_zve32x_zvl128b, rv64gc_zve32x",
    "rv64gc_xtheadvector_zvl256b, rv64gc_xtheadvector_zvl128b",
    "rv64gc_zvlsseg, rv64gc",
    "rv64gc_zic64b_zicboz, rv64gc_zicboz",
    "rv64gc_zama16b, rv64gc",
  })
  void codeDoesNotRunWhereAnExtensionIsMissing(String code, String board) {
    assertFalse(parse(code).runsOn(parse(board)), code + " on " + board);
  }

  /** The lists of the profiles' texts, word for word. */
  @ParameterizedTest
  @CsvSource({
    "rva20u64, m a f d c zicsr zicntr ziccif ziccrse ziccamoa za128rs zicclsm",
    "rva20s64, zifencei ss1p11 svbare sv39 svade ssccptr sstvecd sstvala",
    "rva22u64, m a f d c zicsr zicntr zihpm ziccif ziccrse ziccamoa zicclsm za64rs zihintpause zba"
        + " zbb zbs zic64b zicbom zicbop zicboz zfhmin zkt",
    "rva22s64, zifencei ss1p12 svbare sv39 svade ssccptr sstvecd sstvala sscounterenw svpbmt"
        + " svinval",
    "rva23u64, m a f d c b zicsr zicntr zihpm ziccif ziccrse ziccamoa zicclsm za64rs zihintpause"
        + " zic64b zicbom zicbop zicboz zfhmin zkt v zvfhmin zvbb zvkt zihintntl zicond zimop zcmop"
        + " zcb zfa zawrs supm",
    "rvb23u64, m a f d c b zicsr zicntr zihpm ziccif ziccrse ziccamoa zicclsm za64rs zihintpause"
        + " zic64b zicbom zicbop zicboz zkt zihintntl zicond zimop zcmop zcb zfa zawrs",
    "rvb23s64, zifencei ss1p13 svnapot svbare sv39 svade ssccptr sstvecd sstvala sscounterenw"
        + " svpbmt svinval sstc sscofpmf ssu64xl",
    "rva23s64, zifencei ss1p13 svbare sv39 svade ssccptr sstvecd sstvala sscounterenw svpbmt"
        + " svinval svnapot sstc sscofpmf ssnpm ssu64xl sha h ssstateen shcounterenw shvstvala"
        + " shtvala shvstvecd shvsatpa shgatpa",
  })
  void aProfileHasWhatItsTextMakesMandatory(String profile, String extensions) {
    for (String extension : Splitter.on(' ').split(extensions)) {
      assertTrue(parse(profile).extensions().contains(extension), profile + " has " + extension);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rva20u64, zifencei zihpm v sv39",
    "rva22u64, zifencei zfh v zkn sv39",
    "rva23u64, zifencei h sv39 zvbc zfh",
    "rva20s64, sv48 ssu64xl svinval",
    "rva22s64, h sv48 svnapot sstc",
    "rva23s64, sv48 zkr svadu",
    "rvb23u64, zifencei zfhmin v supm sv39",
    "rvb23s64, h ssnpm sv48",
  })
  void aProfileHasNothingThatItsTextMakesOptional(String profile, String extensions) {
    for (String extension : Splitter.on(' ').split(extensions)) {
      assertFalse(parse(profile).extensions().contains(extension), profile + " has " + extension);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rv64gcp",
        "rv64gcsvinval",
        "rv64gc_xtheadba",
        "rv64gc__zba",
        "rv64gc_",
        "rv64imafdcbpvh",
        "rv64eq",
        "rv64i2p1_zicsr2p0_ss1p13",
      })
  void whatCompilersTakeIsTaken(String text) {
    assertTrue(IsaString.parse(text).isPresent(), text);
  }

  @Test
  void compressedInstructionsOfFloatsAreThoseOfDoublesOnlyWithD() {
    assertTrue(parse("rv64imafc").runsOn(parse("rv64gc")));
    assertFalse(parse("rv64imafc").extensions().contains("zcd"));
    assertTrue(parse("rv32imafc").extensions().contains("zcf"));
    assertFalse(parse("rv64imafc").extensions().contains("zcf"), "RV64 has no Zcf");
  }

  @ParameterizedTest
  @CsvSource({
    "rv64gcv, rv64gc, v",
    "rv64gc, rv64g, c",
    "rv64gc_zba_zbs, rv64gc, zba zbs",
    "rv64gcv_zvfh, rv64gcv, zvfh",
    "rv64gc, rv64gcv, ''",
    "rv64gcv, rv64imafdc_zicsr, v",
    "rv64gc, rv64i, a c d m",
    "rv64gc, rv64i_zaamo, c d m zalrsc",
    "rva20u64, rv64gc, ''",
    "rva22u64, rv64gc, zba zbb zbs zfhmin zic64b zicbom zicboz",
    "rva23u64, rv64gc, v zawrs zba zbb zbs zcb zcmop zfa zfhmin zic64b zicbom zicboz zicond zimop"
        + " zvbb zvfhmin",
    "rv64gcv_zvl256b, rv64gc, v zvl256b",
    "rv64gc_zvl256b, rv64gc, ''",
    "rva23u64, rva22u64, v zawrs zcb zcmop zfa zicond zimop zvbb zvfhmin",
    "rv64gcb, rv64gc_zba, zbb zbs",
    "rv64gc_zk, rv64gc, zk",
    "rv64gc_zkn, rv64gc, zkn",
    "rv64gc_zvkng, rv64gcv, zvkng",
  })
  void whatIsMissingIsToldByWhatBringsTheRest(String code, String board, String missing) {
    assertEquals(missing, String.join(" ", parse(code).beyond(parse(board))));
  }

  private static IsaString parse(String text) {
    return IsaString.parse(text).orElseThrow(() -> new AssertionError("no ISA string: " + text));
  }
}
