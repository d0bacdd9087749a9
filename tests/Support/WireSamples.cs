using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace LowLatency.Tests.Support;

/// <summary>Messages from the venues' documentation, of types that the captures do not contain.</summary>
internal static class WireSamples
{
    private static readonly Dictionary<string, (string[] Symbols, string[] Frames)> s_samples = new()
    {
        ["binance"] = (["BTCUSDT"],
        [
            """{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1785000000123,"s":"BTCUSDT","U":157,"u":160,"b":[["60000.01000000","0.50000000"]],"a":[["60000.02000000","0.00000000"]]}}""",
            """{"data":{"u":400900217,"s":"BTCUSDT","b":"25.35","B":"31.21","a":"25.36","A":"40.66"},"stream":"btcusdt@bookTicker"}""",
            """{"stream":"btcusdt@trade","data":{"e":"trade","E":1785000000123,"s":"BTCUSDT","t":12345,"p":"0.00100000","q":"100.00000000","T":1785000000122,"m":true,"M":true}}""",
            """{"result":null,"id":1}""",
            """{"e":"serverShutdown","E":1785000000000}""",
            """{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1785000000000}}""",
            """{"code":2,"msg":"Invalid request: unknown"}""",
        ]),
        ["binance-futures"] = (["BTCUSDT"],
        [
            """{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":123456789,"T":123456788,"s":"BTCUSDT","ps":"BTCUSDT","st":1,"U":157,"u":160,"pu":149,"b":[["0.0024","10"]],"a":[["0.0026","0"]]}}""",
            """{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":123456789,"s":"BTCUSDT","a":5,"p":"0.001","q":"100","f":100,"l":105,"T":123456785,"m":true}}""",
        ]),
        ["coinbase"] = (["BTC-USD"],
        [
            """{"type":"l2update","product_id":"BTC-USD","time":"2026-08-01T12:00:00.123456Z","changes":[["buy","60000.01","0.00"],["sell","60000.02","1.5"]]}""",
            """{"type":"snapshot","product_id":"BTC-USD","bids":[["60000.01","0.5"]],"asks":[["60000.02","0.25"]]}""",
            """{"type":"heartbeat","sequence":90,"last_trade_id":20,"product_id":"BTC-USD","time":"2026-08-01T12:00:00Z"}""",
            """{"type":"match","trade_id":10,"sequence":50,"maker_order_id":"m","taker_order_id":"t","time":"2026-08-01T12:00:00.5Z","product_id":"BTC-USD","size":"5.23","price":"400.23","side":"sell"}""",
            """{"type":"ticker","product_id":"BTC-USD","price":"1","best_bid":"59999.99","best_bid_size":"1.5","best_ask":"60000.01","best_ask_size":"2","time":"2026-08-01T12:00:00.5Z"}""",
            """{"type":"error","message":"Failed to subscribe","reason":"x"}""",
        ]),
        ["kraken"] = (["BTC/USD", "ETH/USD"],
        [
            """{"channel":"book","type":"update","data":[{"symbol":"ETH/USD","bids":[{"price":2496.41,"qty":0.0},{"price":2496.08,"qty":6.40971776}],"asks":[],"checksum":340083547,"timestamp":"2026-09-08T16:05:29.150794Z"}]}""",
            """{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":45283.5,"qty":0.1}],"asks":[{"price":45285.2,"qty":5.1e-05}],"checksum":3310070434}]}""",
            """{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":78787.7,"qty":0.00043459,"ord_type":"limit","trade_id":107165168,"timestamp":"2026-09-08T16:05:29.607147Z"},{"symbol":"ETH/USD","side":"buy","price":2496.4,"qty":1,"ord_type":"market","trade_id":5,"timestamp":"2026-09-08T16:05:29Z"}]}""",
            """{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2","connection_id":0}]}""",
            """{"channel":"heartbeat"}""",
            """{"method":"subscribe","result":{"channel":"book","depth":10,"snapshot":true,"symbol":"BTC/USD"},"success":true,"time_in":"a","time_out":"b","req_id":1}""",
            """{"method":"pong","req_id":5}""",
            """[336,{"a":[["5541.30000","2.50700000","1534614248.456738"]]},{"b":[["5541.20000","0.00000000","1534614335.345903","r"]],"c":"974942666"},"book-10","BTC/USD"]""",
            """[0,[["5541.20000","0.15850568","1534614057.321597","s","l",""]],"trade","BTC/USD"]""",
        ]),
        ["bitstamp"] = (["btcusd"],
        [
            """{"data":{"timestamp":"1641343691","microtimestamp":"1641343691244908","bids":[["1.15979","993.02588113"]],"asks":[["1.16601","0.00000000"]]},"channel":"diff_order_book_btcusd","event":"data"}""",
            """{"data":{"id":216000477,"timestamp":"1641343699","amount":0.0792,"amount_str":"0.07920000","price":3805.44,"price_str":"3805.44","type":0,"microtimestamp":"1641343699596000","buy_order_id":2,"sell_order_id":1},"channel":"live_trades_btcusd","event":"trade"}""",
            """{"event":"bts:request_reconnect","channel":"","data":""}""",
            """{"event":"bts:heartbeat","channel":"","data":{"status":"success"}}""",
        ]),
        ["poloniex"] = (["BTC_USDT", "BCH_BTC"],
        [
            """{"channel":"book_lv2","data":[{"symbol":"BCH_BTC","createTime":1661123517863,"asks":[],"bids":[["0.00553","9.73"],["0.00503","0"]],"lastId":1432814,"id":1432815,"ts":1661123517868}],"action":"update"}""",
            """{"channel":"trades","data":[{"symbol":"BTC_USDT","amount":"52.821342","quantity":"0.0021","takerSide":"sell","createTime":1694469183664,"price":"25153.02","id":"71076055","ts":1694469183673}]}""",
            """{"channel":"exchange","action":"snapshot","data":[{"MM":"OFF","POM":"ON"}]}""",
            """{"event":"pong"}""",
        ]),
        ["okx"] = (["BTC-USDT"],
        [
            """{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[["8476.98","415","0","13"]],"bids":[["8475.5","0","0","0"]],"ts":"1597026383085","checksum":0,"prevSeqId":123456,"seqId":123457}]}""",
            """{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"snapshot","data":[{"asks":[["8476.98","415","0","13"]],"bids":[["8475.5","2","0","1"]],"ts":"1597026383085","checksum":-855196043,"prevSeqId":-1,"seqId":123456}]}""",
            """{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"674510826","px":"95634.9","sz":"0.00011186","side":"buy","ts":"1740394561685","count":"1"}]}""",
            """{"event":"notice","code":"64008","msg":"soon","connId":"a"}""",
            "pong",
        ]),
        ["bybit"] = (["BTCUSDT", "BTCUSD"],
        [
            """{"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1687940967466,"data":{"s":"BTCUSDT","b":[["30247.20","30.028"]],"a":[["30248.70","0"]],"u":177400507,"seq":66544703342},"cts":1687940967464}""",
            """{"topic":"orderbook.50.BTCUSDT","type":"snapshot","ts":"1687940967466","data":{"s":"BTCUSDT","b":[],"a":[["30248.70","1"]],"u":"1","seq":66544703342}}""",
            """{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1672304486868,"data":[{"T":1672304486865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","L":"PlusTick","i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":false,"RPI":false,"seq":1783284617},{"T":1672304486866,"s":"BTCUSDT","S":"Sell","v":"5","p":"16578.50","i":"77","BT":true}]}""",
            """{"topic":"orderBookL2_25.BTCUSD","type":"delta","data":{"insert":[{"price":"7.5","symbol":"BTCUSD","id":75000,"side":"Sell","size":3.1e2}],"delete":[{"price":"7.971","symbol":"BTCUSD","id":79710,"side":"Buy"}],"update":[],"transactTimeE6":0},"cross_seq":1225777225,"timestamp_e6":1618677786598877}""",
            """{"success":true,"ret_msg":"pong","conn_id":"c","op":"ping"}""",
        ]),
    };

    /// <summary>The symbols in a venue's samples.</summary>
    public static string[] Symbols(string venue) => s_samples[venue].Symbols;

    /// <summary>A venue's samples.</summary>
    public static byte[][] Frames(string venue) => s_samples[venue].Frames.Select(Encoding.UTF8.GetBytes).ToArray();
}
