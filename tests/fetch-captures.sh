#!/usr/bin/env bash
# Downloads the public captures that some tests read to ../shared/data next to the project, and verifies them.
# They belong to their publishers (MIT and cryptofeed licences) and are never part of this repository.
set -euo pipefail
target="$(cd "$(dirname "$0")/../.." && pwd)/shared/data"
hftbacktest=https://raw.githubusercontent.com/nkaz001/hftbacktest/5f3ec40b/examples
cryptofeed=https://raw.githubusercontent.com/bmoscon/cryptofeed/ce58c2a0/sample_data

sums() {
    cat <<'SUMS'
0f7142917e28d434abc65eae98bae2ff077bdba53a9c1bde29c386f86db33268  cryptofeed/BINANCE.0
f482e6ea64cb2cbbf2ea6d038f509d9587720631f4287747d2edc480e880c21d  cryptofeed/BINANCE.http.0.0
5ba2e0cc8204e49dff3d4c608dbb1c3cacc06d432d910ccc31f6b94136bfa5d2  cryptofeed/BINANCE.ws.1.0
ce9ffe4317dc21a3cce81cc7860c272f7a1d9cf0f4956dbc857341fd037fdbc9  cryptofeed/BINANCE_FUTURES.0
f915730e1b592f8bdc2f414012bea69ac5b55377254275e8143773e260f641d7  cryptofeed/BINANCE_FUTURES.http.0.0
e1aa90106a893e362e404ec9abb6231c5e494a68dc8a3f8a75c682342aa60d5c  cryptofeed/BINANCE_FUTURES.ws.1.0
1145852d4938a4c9b9ddfa9d03acfdacf4c517c9645ce9db4a662ddfa38eed61  cryptofeed/BITSTAMP.0
63348a74c52ebfd4eb50df9b0151bee5d449bd20aa24b8bf21af681990110277  cryptofeed/BITSTAMP.http.0.0
318a3d60b12b61726b894cae1a465c76cc78ba499f14c41ff7abf38ced4effc5  cryptofeed/BITSTAMP.ws.1.0
bd3a69d1f91dc1bdaba88629ce159c6ecc3306dc48eada33c9982cfa827a6da5  cryptofeed/BYBIT.0
a1e63b38fa3e40d72e752044da1ae2353e383aab10d52302de051771759d6826  cryptofeed/BYBIT.ws.25.0
0cbca0c72261bd1ff6c42d7011313da3dab1be7b24c8be9d9990e1b5ebd3d40d  cryptofeed/BYBIT.ws.26.0
ffa4bbcb6241837f624ff94d88ff7817e99b1d6d33307268cc63dc533988912f  cryptofeed/COINBASE.0
8b2afe9b69ed0cf5b5eb6c36a82015a25cfa8aaee83379ac9588961b7b5ae8e9  cryptofeed/COINBASE.ws.28.0
a2b69700ec58d0cc412082576f0e2bc85339d05e60c27786072406ab1d0dddaf  cryptofeed/KRAKEN.0
5e21a4137037297a150eeaaf9ee133d41e658058509579232a362f4f0528398d  cryptofeed/KRAKEN.ws.48.0
aec13b81534a0d939fc6a103a0eac113c9c65a2524916eafa23fd2974bcc37ae  cryptofeed/KRAKEN.ws.49.0
b7faccd1f457a11fd39de563500369a18b7c7e159e8725497a36ad66136907cb  cryptofeed/KRAKEN.ws.50.0
ce3fda8890fb4c17835ea72b7ae6e02a12c38167a182a31f2cef4335137e3914  cryptofeed/OKX.0
a9b65fb84bda877ac799d3afe6e3630f0929751b31c6fa1bb4a55e0e6aceac91  cryptofeed/OKX.ws.1.0
e45e860aeebed738f91a66df5554f837c1e7743fcb107dddd9c696ddd457e3a9  cryptofeed/POLONIEX.0
0247dee9dff921cbf7948bcbb72782bbe70f1d76a3aaf54bd774cbf1593e4d2b  cryptofeed/POLONIEX.ws.1.0
5d263f4c5379cfc27379ef0e22779aa33804463d1b69c292e9c0714e31f2e1b4  hftbacktest/spot/btcusdt_20240808.gz
2981a27474b8903133cc66e25f4da561140dd061c942b84801b9d8c60e4b3599  hftbacktest/spot/btcusdt_20240809.gz
0ad7b3a0f5cff220761ea890cfd6e3c15f6899edc7f94637ec915043d7a72251  hftbacktest/usdm/btcusdt_20240808.gz
SUMS
}

sums | while read -r _ name; do
    file="$target/$name"
    mkdir -p "$(dirname "$file")"
    case "$name" in
        hftbacktest/*) origin="$hftbacktest/${name#hftbacktest/}" ;;
        *) origin="$cryptofeed/${name#cryptofeed/}" ;;
    esac
    [ -f "$file" ] || curl --fail --location --silent --show-error --output "$file" "$origin"
done
cd "$target"
sums | sha256sum --check
