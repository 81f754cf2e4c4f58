package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a function of Meson is called with.
 *
 * @param keywords by their names
 */
record MesonArguments(
    ImmutableList<MesonValue> positional, ImmutableMap<String, MesonValue> keywords) {

  static MesonArguments of(MesonValue... positional) {
    return new MesonArguments(ImmutableList.copyOf(positional), ImmutableMap.of());
  }

  /** Not known if there are not so many. */
  MesonValue positional(int index) {
    return index < positional.size() ? positional.get(index) : MesonValue.unknown();
  }

  /** Empty if there are not so many. */
  String word(int index) {
    return positional(index).words();
  }

  /** Not known if it is not there. */
  MesonValue keyword(String name) {
    return keywords.getOrDefault(name, MesonValue.unknown());
  }

  /** The same with more that are called by their names. */
  MesonArguments with(MesonValue.Dictionary more) {
    Map<String, MesonValue> all = new LinkedHashMap<>(more.entries());
    all.putAll(keywords);
    return new MesonArguments(positional, ImmutableMap.copyOf(all));
  }

  /** Those of a target without the first, which names it. */
  MesonArguments withoutName() {
    return new MesonArguments(
        positional.subList(Math.min(1, positional.size()), positional.size()), keywords);
  }

  /** The positional ones, and those of these names. */
  ImmutableList<MesonValue> withKeywords(String... names) {
    return ImmutableList.<MesonValue>builder()
        .addAll(positional)
        .addAll(onlyKeywords(names))
        .build();
  }

  ImmutableList<MesonValue> onlyKeywords(String... names) {
    ImmutableList.Builder<MesonValue> values = ImmutableList.builder();
    for (String name : names) {
      values.add(keyword(name));
    }
    return values.build();
  }
}
