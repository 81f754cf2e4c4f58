package dev.crossplan.planner.source;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;

/**
 * What a function of Meson is called with.
 *
 * @param keywords by their names
 */
record MesonArguments(
    ImmutableList<MesonValue> positional, ImmutableMap<String, MesonValue> keywords) {

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

  MesonArguments withoutFirst() {
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
