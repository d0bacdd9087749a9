// What a careful C++ program needs a message of Binance: simdjson's on-demand reading to exact integers, and the same
// with a flat book behind it. The sums are those of the .NET side's SummingSink and BookSink (bench/Rivals), so that
// both are known to have read the same values.
#include <simdjson.h>

#include "flat_book.hpp"

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace simdjson;

constexpr size_t kPieceBytes = 128 * 1024;  // short enough to be left alone by other processes
constexpr size_t kLeastRounds = 15;
constexpr size_t kMessagesAtLeast = 1'000'000;
constexpr int64_t kNsPerMs = 1'000'000;

struct Message {
    const char* text;
    size_t length;
    bool is_snapshot;
};

struct Scale {
    int price_decimals = 1;
    int quantity_decimals = 3;
    int64_t tick_increments = 1;
};

// The text of a decimal that ends with its closing quote, in whole increments; never rounded.
inline int64_t ReadIncrements(const char* text, int decimals) {
    uint64_t value = 0;
    for (; static_cast<unsigned>(*text - '0') < 10; text++) {
        value = value * 10 + static_cast<unsigned>(*text - '0');
    }

    int missing = decimals;
    if (*text == '.') {
        for (text++; missing > 0 && static_cast<unsigned>(*text - '0') < 10; text++, missing--) {
            value = value * 10 + static_cast<unsigned>(*text - '0');
        }

        for (; *text == '0'; text++) {
        }
    }

    if (*text != '"') [[unlikely]] {
        throw std::runtime_error("a number finer than the increment, or none at all");
    }

    for (; missing > 0; missing--) {
        value *= 10;
    }

    return static_cast<int64_t>(value);
}

// Same values in the same order give the same sum, here and in .NET.
class SummingSink {
public:
    void BeginSnapshot() { Add(1); }

    void Level(bool is_ask, int64_t price, int64_t quantity) { Add((price << 1) + quantity * 31 + is_ask); }

    void Commit(int64_t first, int64_t last, int64_t previous, int64_t time_ns) {
        Add(first + last * 31 + previous * 961 + time_ns);
    }

    void Top(int64_t bid, int64_t bid_quantity, int64_t ask, int64_t ask_quantity, int64_t id, int64_t time_ns) {
        Add(bid + bid_quantity * 31 + ask * 961 + ask_quantity * 29'791 + id + time_ns);
    }

    void Trade(int64_t price, int64_t quantity, int64_t id, bool is_buyer_maker, int64_t time_ns) {
        Add(price + quantity * 31 + id * 961 + time_ns + is_buyer_maker);
    }

    void Add(int64_t value) { sum_ = sum_ * 5 + static_cast<uint64_t>(value); }

    uint64_t sum() const { return sum_; }

private:
    uint64_t sum_ = 0;
};

// What was read and a book besides, whose bests are read after each depth message.
class BookSink {
public:
    explicit BookSink(FlatBook& book) : book_(&book) {}

    void BeginSnapshot() {
        seen_.BeginSnapshot();
        book_->bids.Clear();
        book_->asks.Clear();
    }

    void Level(bool is_ask, int64_t price, int64_t quantity) {
        seen_.Level(is_ask, price, quantity);
        if (is_ask) {
            book_->asks.Set(price, quantity);
        } else {
            book_->bids.Set(price, quantity);
        }
    }

    void Commit(int64_t first, int64_t last, int64_t previous, int64_t time_ns) {
        seen_.Commit(first, last, previous, time_ns);
        seen_.Add(book_->bids.BestPrice());
        seen_.Add(book_->asks.BestPrice());
    }

    void Top(int64_t bid, int64_t bid_quantity, int64_t ask, int64_t ask_quantity, int64_t id, int64_t time_ns) {
        seen_.Top(bid, bid_quantity, ask, ask_quantity, id, time_ns);
    }

    void Trade(int64_t price, int64_t quantity, int64_t id, bool is_buyer_maker, int64_t time_ns) {
        seen_.Trade(price, quantity, id, is_buyer_maker, time_ns);
    }

    uint64_t sum() const { return seen_.sum(); }

private:
    SummingSink seen_;
    FlatBook* book_;
};

// Counts what the measured passes do not.
struct CountingSink {
    size_t levels = 0;
    size_t depths = 0;
    size_t tops = 0;
    size_t trades = 0;

    void BeginSnapshot() {}

    void Level(bool, int64_t, int64_t) { levels++; }

    void Commit(int64_t, int64_t, int64_t, int64_t) { depths++; }

    void Top(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t) { tops++; }

    void Trade(int64_t, int64_t, int64_t, bool, int64_t) { trades++; }
};

// Reads fields in the order in which the venue sends them, as on-demand reading wants it: futures and spot differ in
// what they send and where the trade's time stands. A field out of order ends the program with an error.
template <bool IsFutures>
class Reader {
public:
    Reader(Scale scale, size_t longest) : scale_(scale) {
        if (parser_.allocate(longest) != SUCCESS) {
            throw std::runtime_error("no memory for the parser");
        }
    }

    template <typename Sink>
    void Read(const Message& message, const char* end, Sink& sink) {
        // The next messages are this one's padding.
        const padded_string_view text(message.text, message.length, static_cast<size_t>(end - message.text));
        ondemand::document document = parser_.iterate(text);
        ondemand::object root = document.get_object();
        if (message.is_snapshot) {
            ReadSnapshot(root, sink);
            return;
        }

        const char* stream = Raw(root, "stream");
        while (*stream != '@') {
            stream++;
        }

        ondemand::object data = root.find_field("data").get_object();
        switch (stream[1]) {
            case 'd':
                ReadDepth(data, sink);
                break;
            case 'b':
                ReadTop(data, sink);
                break;
            case 't':
                ReadTrade(data, sink);
                break;
            default:
                ReadAggregateTrade(data, sink);
                break;
        }
    }

private:
    // Prices, quantities and names hold no escapes: they are read where they lie.
    static const char* Raw(ondemand::object& object, std::string_view name) {
        return object.find_field(name).get_raw_json_string().value().raw();
    }

    static int64_t Integer(ondemand::object& object, std::string_view name) {
        return object.find_field(name).get_int64();
    }

    int64_t Price(ondemand::object& object, std::string_view name) const {
        return ReadIncrements(Raw(object, name), scale_.price_decimals);
    }

    int64_t Quantity(ondemand::object& object, std::string_view name) const {
        return ReadIncrements(Raw(object, name), scale_.quantity_decimals);
    }

    template <typename Sink>
    void ReadSnapshot(ondemand::object& root, Sink& sink) const {
        sink.BeginSnapshot();
        const int64_t last = Integer(root, "lastUpdateId");
        const int64_t time_ns = IsFutures ? Integer(root, "E") * kNsPerMs : 0;
        ReadLevels<false>(root.find_field("bids").get_array(), sink);
        ReadLevels<true>(root.find_field("asks").get_array(), sink);
        sink.Commit(0, last, 0, time_ns);
    }

    template <typename Sink>
    void ReadDepth(ondemand::object& data, Sink& sink) const {
        const int64_t time_ns = Integer(data, "E") * kNsPerMs;
        const int64_t first = Integer(data, "U");
        const int64_t last = Integer(data, "u");
        const int64_t previous = IsFutures ? Integer(data, "pu") : 0;
        ReadLevels<false>(data.find_field("b").get_array(), sink);
        ReadLevels<true>(data.find_field("a").get_array(), sink);
        sink.Commit(first, last, previous, time_ns);
    }

    template <bool IsAsk, typename Sink>
    void ReadLevels(ondemand::array levels, Sink& sink) const {
        for (auto level : levels) {
            ondemand::array pair = level.get_array();
            auto item = pair.begin();
            const int64_t price = ReadIncrements((*item).get_raw_json_string().value().raw(), scale_.price_decimals);
            ++item;
            sink.Level(
                IsAsk, price, ReadIncrements((*item).get_raw_json_string().value().raw(), scale_.quantity_decimals));
            ++item;
        }
    }

    template <typename Sink>
    void ReadTop(ondemand::object& data, Sink& sink) const {
        const int64_t id = Integer(data, "u");
        const int64_t bid = Price(data, "b");
        const int64_t bid_quantity = Quantity(data, "B");
        const int64_t ask = Price(data, "a");
        const int64_t ask_quantity = Quantity(data, "A");
        sink.Top(bid, bid_quantity, ask, ask_quantity, id, IsFutures ? Integer(data, "E") * kNsPerMs : 0);
    }

    template <typename Sink>
    void ReadTrade(ondemand::object& data, Sink& sink) const {
        int64_t time_ms = IsFutures ? Integer(data, "T") : 0;
        const int64_t id = Integer(data, "t");
        const int64_t price = Price(data, "p");
        const int64_t quantity = Quantity(data, "q");
        time_ms = IsFutures ? time_ms : Integer(data, "T");
        sink.Trade(price, quantity, id, data.find_field("m").get_bool(), time_ms * kNsPerMs);
    }

    template <typename Sink>
    void ReadAggregateTrade(ondemand::object& data, Sink& sink) const {
        const int64_t id = Integer(data, "a");
        const int64_t price = Price(data, "p");
        const int64_t quantity = Quantity(data, "q");
        const int64_t time_ms = Integer(data, "T");
        sink.Trade(price, quantity, id, data.find_field("m").get_bool(), time_ms * kNsPerMs);
    }

    ondemand::parser parser_;
    Scale scale_;
};

// All messages in one padded buffer, snapshots first, without the depth messages that a snapshot contains.
class Messages {
public:
    explicit Messages(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        if (!file) {
            throw std::runtime_error("cannot read " + path);
        }

        text_.assign(std::istreambuf_iterator<char>(file), {});
        text_.append(SIMDJSON_PADDING, ' ');
        const std::string_view all(text_.data(), text_.size() - SIMDJSON_PADDING);
        int64_t snapshot_id = 0;
        std::vector<std::string_view> others;
        for (size_t start = 0; start < all.size();) {
            const size_t end = std::min(all.find('\n', start), all.size());
            const std::string_view line = all.substr(start, end - start);
            start = end + 1;
            if (line.starts_with("{\"lastUpdateId\"")) {
                snapshot_id = Id(line, "\"lastUpdateId\":");
                Add(line, true);
            } else if (!line.empty()) {
                is_futures_ |= line.find("\"pu\":") != std::string_view::npos;
                others.push_back(line);
            }
        }

        for (const std::string_view line : others) {
            const std::string_view channel = line.substr(line.find('@') + 1);
            const bool is_depth = channel.starts_with("depth");
            if (!is_depth && !channel.starts_with("bookTicker\"") && !channel.starts_with("trade\"")
                && !channel.starts_with("aggTrade\"")) {
                throw std::runtime_error("a line of no known stream: " + std::string(line.substr(0, 80)));
            }

            if (!is_depth || Id(line, "\"u\":") > snapshot_id) {
                Add(line, false);
            }
        }

        if (list_.empty()) {
            throw std::runtime_error("no messages in " + path);
        }
    }

    const std::vector<Message>& list() const { return list_; }

    const char* end() const { return text_.data() + text_.size(); }

    bool is_futures() const { return is_futures_; }

    size_t bytes() const { return bytes_; }

    size_t longest() const { return longest_; }

private:
    static int64_t Id(std::string_view line, std::string_view name) {
        const size_t at = line.find(name);
        return at == std::string_view::npos ? 0 : std::strtoll(line.data() + at + name.size(), nullptr, 10);
    }

    void Add(std::string_view line, bool is_snapshot) {
        list_.push_back({line.data(), line.size(), is_snapshot});
        bytes_ += line.size();
        longest_ = std::max(longest_, line.size());
    }

    std::string text_;
    std::vector<Message> list_;
    bool is_futures_ = false;
    size_t bytes_ = 0;
    size_t longest_ = 0;
};

// Where each piece ends; each is a few messages of together at least kPieceBytes.
std::vector<size_t> Pieces(const std::vector<Message>& messages) {
    std::vector<size_t> ends;
    size_t bytes = 0;
    for (size_t i = 0; i < messages.size(); i++) {
        bytes += messages[i].length;
        if (bytes >= kPieceBytes || i + 1 == messages.size()) {
            ends.push_back(i + 1);
            bytes = 0;
        }
    }

    return ends;
}

template <typename Reader, typename Sink>
void Pass(
    Reader& reader, const Messages& messages, const std::vector<size_t>& ends, Sink& sink, std::vector<double>& best) {
    size_t next = 0;
    for (size_t piece = 0; piece < ends.size(); piece++) {
        const auto start = std::chrono::steady_clock::now();
        for (; next < ends[piece]; next++) {
            reader.Read(messages.list()[next], messages.end(), sink);
        }

        const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
        best[piece] = std::min(best[piece], took.count());
    }
}

double PerMessage(const std::vector<double>& best, size_t messages) {
    double sum = 0;
    for (const double ns : best) {
        sum += ns;
    }

    return sum / static_cast<double>(messages);
}

template <bool IsFutures>
void Measure(const Messages& messages, Scale scale) {
    const size_t count = messages.list().size();
    const std::vector<size_t> ends = Pieces(messages.list());
    Reader<IsFutures> reader(scale, messages.longest());
    FlatBook book(scale.tick_increments);
    std::vector<double> parse(ends.size(), std::numeric_limits<double>::infinity());
    std::vector<double> with_book = parse;
    std::vector<double> ignored = parse;
    CountingSink counts;
    Pass(reader, messages, ends, counts, ignored);
    uint64_t parse_sum = 0;
    uint64_t book_sum = 0;
    const size_t rounds = std::clamp<size_t>(kMessagesAtLeast / count, kLeastRounds, 1000);
    for (size_t round = 0; round < rounds; round++) {
        SummingSink sums;
        Pass(reader, messages, ends, sums, parse);
        parse_sum = sums.sum();
        BookSink books(book);
        Pass(reader, messages, ends, books, with_book);
        book_sum = books.sum();
    }

    std::printf(
        "{\"program\":\"simdjson_book\",\"simdjson\":\"%s\",\"kernel\":\"%s\",\"messages\":%zu,\"bytes\":%zu,"
        "\"depths\":%zu,\"level_updates\":%zu,\"trades\":%zu,\"tops\":%zu,\"parse_ns_per_message\":%.1f,"
        "\"parse_and_book_ns_per_message\":%.1f,\"parse_sum\":\"%016" PRIx64 "\",\"parse_and_book_sum\":\"%016" PRIx64
        "\",\"best_bid_increments\":%" PRId64 ",\"best_ask_increments\":%" PRId64 "}\n",
        SIMDJSON_STRINGIFY(SIMDJSON_VERSION), get_active_implementation()->name().c_str(), count, messages.bytes(),
        counts.depths, counts.levels, counts.trades, counts.tops, PerMessage(parse, count),
        PerMessage(with_book, count), parse_sum, book_sum, book.bids.BestPrice(), book.asks.BestPrice());
}

int Run(int argc, char** argv) {
    std::string path;
    Scale scale;
    for (int i = 1; i < argc; i++) {
        const std::string_view argument = argv[i];
        if (argument == "--price-decimals" && i + 1 < argc) {
            scale.price_decimals = std::atoi(argv[++i]);
        } else if (argument == "--quantity-decimals" && i + 1 < argc) {
            scale.quantity_decimals = std::atoi(argv[++i]);
        } else if (argument == "--tick-increments" && i + 1 < argc) {
            scale.tick_increments = std::max(1, std::atoi(argv[++i]));
        } else if (path.empty() && !argument.starts_with("--")) {
            path = argument;
        } else {
            path.clear();
            break;
        }
    }

    if (path.empty()) {
        std::fprintf(
            stderr,
            "usage: simdjson_book FILE [--price-decimals N] [--quantity-decimals N] [--tick-increments N]\n");
        return 2;
    }

    const Messages messages(path);
    if (messages.is_futures()) {
        Measure<true>(messages, scale);
    } else {
        Measure<false>(messages, scale);
    }

    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return Run(argc, argv);
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "simdjson_book: %s\n", problem.what());
        return 1;
    }
}
