using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Orders;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Orders;

public sealed class OrderStoreTests(ITestOutputHelper output)
{
    [Fact]
    public void ShouldEqualAPlainListThroughRandomLives()
    {
        Random random = Seeds.Start(output, 11);
        var store = new OrderStore(capacity: 64);
        var plain = new Dictionary<long, long>();
        var everUsed = new HashSet<long>();
        int list = -1;
        for (int i = 0; i < 50_000; i++)
        {
            if (random.Next(2) == 0 && !store.IsFull)
            {
                long expiry = random.Next(1000);
                ref Order order = ref store.Add(expiry, ref list);
                Assert.True(everUsed.Add(order.Id), "an id was used twice");
                plain[order.Id] = expiry;
            }
            else if (plain.Count != 0)
            {
                long id = plain.Keys.ElementAt(random.Next(plain.Count));
                if (random.Next(4) == 0)
                {
                    plain[id] = random.Next(1000);
                    store.SetExpiry(ref store.Find(id), plain[id]);
                }
                else
                {
                    store.Remove(ref store.Find(id), ref list);
                    plain.Remove(id);
                    Assert.True(Unsafe.IsNullRef(ref store.Find(id)));
                }
            }

            Assert.Equal(plain.Count, store.Count);
            Assert.Equal(plain.Count != 0, store.TryPeekExpired(long.MaxValue, out int slot));
            if (plain.Count != 0)
            {
                Assert.Equal(plain.Values.Min(), store.Slot(slot).ExpireTimeNs);
            }
        }

        Assert.Equal(plain.Keys.Order(), Listed(store, list).Order());
    }

    [Fact]
    public void ShouldNotFindWhatIsNotThere()
    {
        var store = new OrderStore(capacity: 2);
        int list = -1;
        long id = store.Add(1, ref list).Id;

        Assert.False(Unsafe.IsNullRef(ref store.Find(id)));
        Assert.All([0L, -1L, id + 1, id << 20, long.MaxValue], other =>
            Assert.True(Unsafe.IsNullRef(ref store.Find(other))));
    }

    private static List<long> Listed(OrderStore store, int list)
    {
        var ids = new List<long>();
        for (int slot = list; slot >= 0; slot = store.Older(slot))
        {
            ids.Add(store.Slot(slot).Id);
        }

        return ids;
    }
}
