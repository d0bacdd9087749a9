// A book by ticks, as a careful C++ program keeps it.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

// One side: quantities in a flat array over a window of ticks around the touch, with a bit for each occupied tick;
// what lies deeper or between two ticks is in a sorted array. Keys rise towards the touch on both sides.
template <bool IsBid>
class FlatSide {
public:
    explicit FlatSide(int64_t tick_increments)
        : tick_increments_(tick_increments), quantities_(kTicks), occupied_(kTicks / 64) {
        far_.reserve(1 << 17);
    }

    int64_t BestPrice() const {
        const bool has_far = !far_.empty() && (best_ < 0 || far_.back().first > Key(best_));
        return has_far ? Price(far_.back().first) : best_ < 0 ? 0 : Price(Key(best_));
    }

    void Clear() {
        std::fill(quantities_.begin(), quantities_.end(), 0);
        std::fill(occupied_.begin(), occupied_.end(), 0);
        far_.clear();
        best_ = -1;
    }

    void Set(int64_t price, int64_t quantity) {
        const int64_t key = Price(price);
        const int64_t place = PlaceOf(key);
        if (place >= 0 && place < kTicks) [[likely]] {
            SetNear(place, quantity);
        } else if (place != kNone && (best_ < 0 || place >= kTicks)) {
            // Better than the window, or nothing is in it.
            if (quantity != 0) {
                Move(key);
                SetNear(PlaceOf(key), quantity);
            } else {
                SetFar(key, quantity);
            }
        } else {
            SetFar(key, quantity);
        }
    }

private:
    static constexpr int64_t kTicks = 32'768;
    static constexpr int64_t kTouch = kTicks * 3 / 4;   // where a move puts the best level
    static constexpr int64_t kLowest = kTicks / 4;      // a best level below it moves the window
    static constexpr int64_t kNone = std::numeric_limits<int64_t>::min();

    // Its own inverse.
    static int64_t Price(int64_t value) { return IsBid ? value : -value; }

    int64_t Key(int64_t place) const { return base_ + place * tick_increments_; }

    int64_t PlaceOf(int64_t key) const {
        const int64_t offset = key - base_;
        if (tick_increments_ == 1) {
            return offset;
        }

        const int64_t place = offset / tick_increments_;
        return place * tick_increments_ == offset ? place : kNone;
    }

    void SetNear(int64_t place, int64_t quantity) {
        quantities_[place] = quantity;
        uint64_t& word = occupied_[place / 64];
        const uint64_t bit = uint64_t{1} << (place % 64);
        if (quantity != 0) {
            word |= bit;
            best_ = std::max(best_, place);
        } else {
            word &= ~bit;
            if (place == best_) {
                FindBest();
            }
        }
    }

    void FindBest() {
        for (int64_t word = best_ / 64; word >= 0; word--) {
            if (occupied_[word] != 0) {
                best_ = word * 64 + 63 - std::countl_zero(occupied_[word]);
                if (best_ < kLowest && !far_.empty()) [[unlikely]] {
                    Move(Key(best_));
                }

                return;
            }
        }

        best_ = -1;
        const auto on_tick = std::find_if(
            far_.rbegin(), far_.rend(), [this](const auto& level) { return PlaceOf(level.first) != kNone; });
        if (on_tick != far_.rend()) {
            Move(on_tick->first);
        }
    }

    void SetFar(int64_t key, int64_t quantity) {
        auto at = std::lower_bound(
            far_.begin(), far_.end(), key, [](const auto& level, int64_t wanted) { return level.first < wanted; });
        const bool is_known = at != far_.end() && at->first == key;
        if (quantity == 0) {
            if (is_known) {
                far_.erase(at);
            }
        } else if (is_known) {
            at->second = quantity;
        } else {
            far_.insert(at, {key, quantity});
        }
    }

    // Rare, so it is simple: all levels go into the sorted array, and those of the new window come back.
    void Move(int64_t touch) {
        for (size_t word = 0; word < occupied_.size(); word++) {
            for (uint64_t bits = std::exchange(occupied_[word], 0); bits != 0; bits &= bits - 1) {
                const int64_t place = static_cast<int64_t>(word) * 64 + std::countr_zero(bits);
                far_.emplace_back(Key(place), std::exchange(quantities_[place], 0));
            }
        }

        std::sort(far_.begin(), far_.end());
        base_ = touch - kTouch * tick_increments_;
        best_ = -1;
        const auto is_near = [this](const auto& level) {
            const int64_t place = PlaceOf(level.first);
            if (place < 0 || place >= kTicks) {
                return false;
            }

            quantities_[place] = level.second;
            occupied_[place / 64] |= uint64_t{1} << (place % 64);
            best_ = std::max(best_, place);
            return true;
        };
        far_.erase(std::remove_if(far_.begin(), far_.end(), is_near), far_.end());
    }

    int64_t tick_increments_;
    std::vector<int64_t> quantities_;                   // 0 where there is no level
    std::vector<uint64_t> occupied_;
    std::vector<std::pair<int64_t, int64_t>> far_;      // rising; no key of it is in the window
    int64_t base_ = 0;                                  // key of the window's first place
    int64_t best_ = -1;                                 // greatest occupied place; -1: there is none
};

struct FlatBook {
    explicit FlatBook(int64_t tick_increments) : bids(tick_increments), asks(tick_increments) {}

    FlatSide<true> bids;
    FlatSide<false> asks;
};
