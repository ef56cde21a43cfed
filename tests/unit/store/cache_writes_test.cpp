// Tokens written to the cache, which a file knows from the first on.
#include <string>

#include <gtest/gtest.h>

#include "checkpoint_fixture.hpp"

namespace sheaf::store {
namespace {

AttemptEnd told() {
  auto end = completed();
  end.usage->cache_write_tokens = 512;
  return end;
}

AttemptEnd refused() {
  auto end = faulted(true);
  end.usage = Usage{.input_tokens = 70, .cache_write_tokens = 9};
  return end;
}

SampleRecord writing() {
  auto record = answered(1);
  record.usage.cache_write_tokens = 256;
  return record;
}

void fill(Checkpoint& store) {
  for (std::int64_t n = 1; n <= 2; ++n) must(store.add(key_of(n), answered(n).first_id));
  for (int i = 0; i < 4; ++i) must(store.begin_attempt(start_of({1, 2})));
  must(store.end_attempt(1, completed()));
  must(store.end_attempt(2, told()));
  must(store.end_attempt(3, refused()));
  must(store.write(1, writing()));
  must(store.write(2, answered(2)));
  must(store.commit());
}

void expect_kept(Checkpoint& store) {
  const auto attempts = attempts_of(store);
  ASSERT_EQ(attempts.size(), 4U);
  expect_equal(attempts[0].end.value(), completed());
  expect_equal(attempts[1].end.value(), told());
  expect_equal(attempts[2].end.value(), refused());
  EXPECT_FALSE(attempts[3].end);
  expect_equal(must(store.read(1)), writing());
  expect_equal(must(store.read(2)), answered(2));
  EXPECT_EQ(must(store.spending()).usage.cache_write_tokens, 521);
}

TEST(CacheWrites, AreKeptOfSamplesAndAttemptsAndAddedUp) {
  const auto memory = make_memory();
  fill(*memory);
  expect_kept(*memory);
  const TemporaryFolder folder;
  const auto path = folder.file("out.sheaf");
  {
    const auto file = open_writing(path);
    fill(*file);
    expect_kept(*file);
  }
  expect_kept(*open_writing(path));
  expect_kept(*open_reading(path));
}

}  // namespace
}  // namespace sheaf::store
