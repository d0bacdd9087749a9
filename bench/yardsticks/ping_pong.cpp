// What two threads need to hand items to each other: a ball to and fro over two rings, and the throughput of one ring
// in batches and one by one. One producer and one consumer a ring; each on a core of its own where there are two.
#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <thread>

namespace {

constexpr int kRounds = 5;
constexpr int64_t kBalls = 200'000;
constexpr int64_t kBallsInPiece = 1'000;  // a busy machine leaves some pieces alone, but no whole round
constexpr int64_t kItems = 20'000'000;
constexpr int64_t kBatch = 256;
constexpr size_t kLine = 128;  // two cache lines: processors fetch them in pairs

bool g_has_two_cores = false;

// On a core of its own a thread only looks again: a pause would be part of what is measured.
void Wait() {
    if (!g_has_two_cores) {
        std::this_thread::yield();
    }
}

void Pin(int core) {
    if (g_has_two_cores) {
        cpu_set_t cores;
        CPU_ZERO(&cores);
        CPU_SET(core, &cores);
        if (pthread_setaffinity_np(pthread_self(), sizeof(cores), &cores) != 0) {
            std::fprintf(stderr, "ping_pong: cannot pin a thread to core %d\n", core);
        }
    }
}

// Each side keeps what it last saw of the other's place, and looks again only when that is used up.
template <int64_t Capacity>
class Ring {
    static_assert((Capacity & (Capacity - 1)) == 0);

public:
    int64_t& operator[](int64_t sequence) { return items_[sequence & (Capacity - 1)]; }

    // The first of so many free places; waits for them.
    int64_t Claim(int64_t count) {
        const int64_t first = claimed_;
        claimed_ += count;
        while (claimed_ - seen_consumed_ > Capacity) {
            seen_consumed_ = consumed_.load(std::memory_order_acquire);
            if (claimed_ - seen_consumed_ > Capacity) {
                Wait();
            }
        }

        return first;
    }

    void Publish() { published_.store(claimed_, std::memory_order_release); }

    // Handles all that is there; returns how many that was.
    template <typename Handler>
    int64_t Poll(Handler handle) {
        const int64_t end = published_.load(std::memory_order_acquire);
        const int64_t first = next_;
        for (; next_ < end; next_++) {
            handle((*this)[next_]);
        }

        if (next_ != first) {
            consumed_.store(next_, std::memory_order_release);
        }

        return next_ - first;
    }

private:
    alignas(kLine) std::atomic<int64_t> published_{0};
    alignas(kLine) std::atomic<int64_t> consumed_{0};
    alignas(kLine) int64_t claimed_ = 0;
    int64_t seen_consumed_ = 0;
    alignas(kLine) int64_t next_ = 0;
    alignas(kLine) std::array<int64_t, Capacity> items_{};
};

double SecondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void Check(int64_t found, int64_t wanted) {
    if (found != wanted) {
        std::fprintf(stderr, "ping_pong: %lld arrived instead of %lld\n", static_cast<long long>(found),
            static_cast<long long>(wanted));
        std::exit(1);
    }
}

struct RoundTrip {
    double mean_ns;
    double best_piece_ns;
};

RoundTrip MeasureRoundTrip() {
    using BallRing = Ring<1024>;
    const auto there = std::make_unique<BallRing>();
    const auto back = std::make_unique<BallRing>();
    const auto toss = [](BallRing& ring, int64_t ball) {
        ring[ring.Claim(1)] = ball;
        ring.Publish();
    };
    std::atomic<bool> is_ready{false};
    std::thread other([&] {
        Pin(1);
        is_ready.store(true, std::memory_order_release);
        for (int64_t count = 0; count < kBalls;) {
            const int64_t polled = there->Poll([&](int64_t ball) { toss(*back, ball); });
            count += polled;
            if (polled == 0) {
                Wait();
            }
        }
    });
    while (!is_ready.load(std::memory_order_acquire)) {
        Wait();
    }

    int64_t sum = 0;
    double best_piece_s = std::numeric_limits<double>::infinity();
    const auto start = std::chrono::steady_clock::now();
    for (int64_t ball = 1; ball <= kBalls;) {
        const auto piece_start = std::chrono::steady_clock::now();
        for (const int64_t end = ball + kBallsInPiece; ball < end; ball++) {
            toss(*there, ball);
            while (back->Poll([&](int64_t caught) { sum += caught; }) == 0) {
                Wait();
            }
        }

        best_piece_s = std::min(best_piece_s, SecondsSince(piece_start));
    }

    const double seconds = SecondsSince(start);
    other.join();
    Check(sum, kBalls * (kBalls + 1) / 2);
    return {seconds * 1e9 / kBalls, best_piece_s * 1e9 / kBallsInPiece};
}

double ItemsPerSecond(int64_t batch) {
    const auto ring = std::make_unique<Ring<65'536>>();
    const int64_t items = kItems / batch * batch;
    std::atomic<bool> is_ready{false};
    std::thread producer([&] {
        Pin(1);
        is_ready.store(true, std::memory_order_release);
        for (int64_t next = 1; next <= items;) {
            const int64_t first = ring->Claim(batch);
            for (int64_t i = 0; i < batch; i++) {
                (*ring)[first + i] = next++;
            }

            ring->Publish();
        }
    });
    while (!is_ready.load(std::memory_order_acquire)) {
        Wait();
    }

    const auto start = std::chrono::steady_clock::now();
    int64_t sum = 0;
    for (int64_t count = 0; count < items;) {
        const int64_t polled = ring->Poll([&](int64_t item) { sum += item; });
        count += polled;
        if (polled == 0) {
            Wait();
        }
    }

    const double seconds = SecondsSince(start);
    producer.join();
    Check(sum, items * (items + 1) / 2);
    return static_cast<double>(items) / seconds;
}

}  // namespace

int main() {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    sched_getaffinity(0, sizeof(cores), &cores);
    g_has_two_cores = CPU_ISSET(0, &cores) && CPU_ISSET(1, &cores);
    Pin(0);
    RoundTrip best = MeasureRoundTrip();
    double batches = ItemsPerSecond(kBatch);
    double singles = ItemsPerSecond(1);
    for (int round = 1; round < kRounds; round++) {
        const RoundTrip next = MeasureRoundTrip();
        best.mean_ns = std::min(best.mean_ns, next.mean_ns);
        best.best_piece_ns = std::min(best.best_piece_ns, next.best_piece_ns);
        batches = std::max(batches, ItemsPerSecond(kBatch));
        singles = std::max(singles, ItemsPerSecond(1));
    }

    std::printf(
        "{\"program\":\"ping_pong\",\"cores\":%d,\"round_trip_ns\":%.0f,\"round_trip_best_thousand_ns\":%.0f,"
        "\"batches_of_256_items_per_s\":%.0f,\"one_by_one_items_per_s\":%.0f}\n",
        g_has_two_cores ? 2 : 1, best.mean_ns, best.best_piece_ns, batches, singles);
    return 0;
}
