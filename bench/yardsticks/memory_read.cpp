// What merely reading the bytes of the messages costs, in sums of 64-bit words: below it nothing can be that looks at
// every byte.
#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

namespace {

constexpr size_t kWordsInPiece = 128 * 1024 / sizeof(uint64_t);  // as in the other measurements
constexpr int kRounds = 50;

__attribute__((noinline)) uint64_t Sum(const uint64_t* words, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += words[i];
    }

    return sum;
}

}  // namespace

int main(int argc, char** argv) {
    std::ifstream file(argc == 2 ? argv[1] : "", std::ios::binary);
    if (!file) {
        std::fprintf(stderr, "usage: memory_read FILE, which holds one message a line\n");
        return 2;
    }

    const std::string text(std::istreambuf_iterator<char>(file), {});
    const auto messages = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
    if (messages == 0) {
        std::fprintf(stderr, "memory_read: no messages in %s\n", argv[1]);
        return 1;
    }

    std::vector<uint64_t> words((text.size() + sizeof(uint64_t) - 1) / sizeof(uint64_t));
    std::memcpy(words.data(), text.data(), text.size());
    std::vector<double> best(
        (words.size() + kWordsInPiece - 1) / kWordsInPiece, std::numeric_limits<double>::infinity());
    uint64_t sum = 0;
    for (int round = 0; round < kRounds; round++) {
        sum = 0;
        for (size_t piece = 0; piece < best.size(); piece++) {
            const size_t first = piece * kWordsInPiece;
            const auto start = std::chrono::steady_clock::now();
            sum += Sum(&words[first], std::min(kWordsInPiece, words.size() - first));
            const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
            best[piece] = std::min(best[piece], took.count());
        }
    }

    double ns = 0;
    for (const double piece : best) {
        ns += piece;
    }

    std::printf(
        "{\"program\":\"memory_read\",\"messages\":%zu,\"bytes\":%zu,\"read_ns_per_message\":%.1f,"
        "\"read_bytes_per_ns\":%.1f,\"sum\":\"%016" PRIx64 "\"}\n",
        messages, text.size(), ns / static_cast<double>(messages), static_cast<double>(text.size()) / ns, sum);
    return 0;
}
