package io.heapwise.buffers.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A buffer of ours does what Netty's simplest does, whatever is done to both: the same results, indexes, bytes and errors. */
class ByteBufProperties {
    private static final int MAX_CAPACITY = 3_000;

    /** What is done, with arguments drawn anew from the same seed for each of the two. */
    private record Step(String name, Function<Actor, @Nullable Object> action) {}

    /** One of the two, and what it may use: arguments are often just out of bounds. */
    private record Actor(
            ByteBuf buffer,
            SplittableRandom random,
            @Nullable ByteBufAllocator ours) {
        int index() {
            return random.nextInt(-1, buffer.capacity() + 2);
        }

        int length() {
            return random.nextInt(4) == 0 ? random.nextInt(0, buffer.capacity() + 2) : random.nextInt(0, 40);
        }

        byte[] bytes(int length) {
            byte[] bytes = new byte[length];
            for (int at = 0; at < length; at++) {
                bytes[at] = (byte) random.nextInt();
            }
            return bytes;
        }

        /** A buffer of some other kind, or of the same, with some bytes in it. */
        ByteBuf other(int length) {
            byte[] bytes = bytes(length);
            return switch (random.nextInt(5)) {
                case 0 -> Unpooled.wrappedBuffer(bytes);
                case 1 -> Unpooled.directBuffer(Math.max(1, length)).writeBytes(bytes);
                case 2 -> pieces(bytes);
                case 3 -> Unpooled.wrappedBuffer(bytes).asReadOnly();
                default ->
                    ours == null
                            ? Unpooled.wrappedBuffer(bytes)
                            : ours.directBuffer(Math.max(1, length)).writeBytes(bytes);
            };
        }

        private static ByteBuf pieces(byte[] bytes) {
            int half = bytes.length / 2;
            CompositeByteBuf both = Unpooled.compositeBuffer();
            return both.addComponents(
                    true,
                    Unpooled.wrappedBuffer(bytes, 0, half),
                    Unpooled.wrappedBuffer(bytes, half, bytes.length - half));
        }
    }

    private static final List<Step> STEPS = List.of(
            new Step("setByte", a -> a.buffer.setByte(a.index(), a.random.nextInt()) == a.buffer),
            new Step("setShort", a -> a.buffer.setShort(a.index(), a.random.nextInt()) == a.buffer),
            new Step("setShortLE", a -> a.buffer.setShortLE(a.index(), a.random.nextInt()) == a.buffer),
            new Step("setMedium", a -> a.buffer.setMedium(a.index(), a.random.nextInt()) == a.buffer),
            new Step("setMediumLE", a -> a.buffer.setMediumLE(a.index(), a.random.nextInt()) == a.buffer),
            new Step("setInt", a -> a.buffer.setInt(a.index(), a.random.nextInt()) == a.buffer),
            new Step("setIntLE", a -> a.buffer.setIntLE(a.index(), a.random.nextInt()) == a.buffer),
            new Step("setLong", a -> a.buffer.setLong(a.index(), a.random.nextLong()) == a.buffer),
            new Step("setLongLE", a -> a.buffer.setLongLE(a.index(), a.random.nextLong()) == a.buffer),
            new Step("setZero", a -> a.buffer.setZero(a.index(), 1 + a.length()) == a.buffer),
            new Step("getByte", a -> a.buffer.getByte(a.index())),
            new Step("getShort", a -> a.buffer.getShort(a.index())),
            new Step("getShortLE", a -> a.buffer.getShortLE(a.index())),
            new Step("getMedium", a -> a.buffer.getMedium(a.index())),
            new Step("getUnsignedMedium", a -> a.buffer.getUnsignedMedium(a.index())),
            new Step("getUnsignedMediumLE", a -> a.buffer.getUnsignedMediumLE(a.index())),
            new Step("getInt", a -> a.buffer.getInt(a.index())),
            new Step("getIntLE", a -> a.buffer.getIntLE(a.index())),
            new Step("getLong", a -> a.buffer.getLong(a.index())),
            new Step("getLongLE", a -> a.buffer.getLongLE(a.index())),
            new Step("writeInt", a -> a.buffer.writeInt(a.random.nextInt()) == a.buffer),
            new Step("writeLongLE", a -> a.buffer.writeLongLE(a.random.nextLong()) == a.buffer),
            new Step("writeBytes", a -> a.buffer.writeBytes(a.bytes(a.length())) == a.buffer),
            new Step("writeUtf8", a -> ByteBufUtil.writeUtf8(a.buffer, "gr\u00fc\u00dfe \u20ac " + a.random.nextInt())),
            new Step(
                    "writeAscii",
                    a -> a.buffer.writeCharSequence("to " + a.random.nextInt(), StandardCharsets.US_ASCII)),
            new Step("readShort", a -> a.buffer.readShort()),
            new Step("readBytes", a -> hex(read(a.buffer, a.length()))),
            new Step("skipBytes", a -> a.buffer.skipBytes(a.length()) == a.buffer),
            new Step("discardReadBytes", a -> a.buffer.discardReadBytes() == a.buffer),
            new Step(
                    "discardSomeReadBytes", a -> a.buffer.discardSomeReadBytes().isReadable()),
            new Step("clear", a -> a.random.nextInt(4) == 0 && a.buffer.clear() == a.buffer),
            new Step("setIndex", a -> a.buffer.setIndex(a.index(), a.index()) == a.buffer),
            new Step(
                    "capacity",
                    a -> a.buffer
                            .capacity(a.random.nextInt(-1, MAX_CAPACITY + 2))
                            .capacity()),
            new Step("ensureWritable", a -> a.buffer.ensureWritable(a.length()) == a.buffer),
            new Step("ensureWritableForced", a -> a.buffer.ensureWritable(a.length(), a.random.nextBoolean()) & 1),
            new Step("copy", a -> hex(a.buffer.copy(a.index(), a.length()))),
            new Step("slice", a -> view(a.buffer.slice(a.index(), a.length()), a)),
            new Step("duplicate", a -> view(a.buffer.duplicate(), a)),
            new Step("retainedSlice", a -> hex(a.buffer.retainedSlice(a.index(), a.length()))),
            new Step("readRetainedSlice", a -> hex(a.buffer.readRetainedSlice(a.length()))),
            new Step("asReadOnly", a -> a.buffer.asReadOnly().getByte(a.index())),
            new Step("getBytesOfBuffer", ByteBufProperties::getBytesOfBuffer),
            new Step("setBytesOfBuffer", ByteBufProperties::setBytesOfBuffer),
            new Step(
                    "setBytesOfItself", a -> a.buffer.setBytes(a.index(), a.buffer, a.index(), a.length()) == a.buffer),
            new Step("getBytesOfArray", ByteBufProperties::getBytesOfArray),
            new Step(
                    "setBytesOfArray",
                    a -> a.buffer.setBytes(a.index(), a.bytes(50), a.random.nextInt(20), a.length()) == a.buffer),
            new Step("getBytesOfNio", ByteBufProperties::getBytesOfNio),
            new Step("setBytesOfNio", ByteBufProperties::setBytesOfNio),
            new Step("getBytesOfStream", ByteBufProperties::getBytesOfStream),
            new Step("setBytesOfStream", ByteBufProperties::setBytesOfStream),
            new Step("getBytesOfChannel", ByteBufProperties::getBytesOfChannel),
            new Step("setBytesOfChannel", ByteBufProperties::setBytesOfChannel),
            new Step("file", ByteBufProperties::file),
            new Step(
                    "nioBuffer",
                    a -> ByteBufUtil.hexDump(Unpooled.wrappedBuffer(a.buffer.nioBuffer(a.index(), a.length())))),
            new Step("internalNioBuffer", a -> rest(a.buffer.internalNioBuffer(a.index(), a.length()))),
            new Step("indexOf", a -> a.buffer.indexOf(0, a.buffer.capacity(), (byte) a.random.nextInt())),
            new Step("bytesBefore", a -> a.buffer.bytesBefore((byte) a.random.nextInt())),
            new Step("hashCode", a -> a.buffer.hashCode()),
            new Step("toString", a -> a.buffer.toString(StandardCharsets.ISO_8859_1)),
            new Step("equals", a -> a.buffer.equals(Unpooled.copiedBuffer(a.buffer))),
            new Step("retain", a -> a.buffer.retain().release()));

    private static String hex(ByteBuf bytes) {
        try {
            return ByteBufUtil.hexDump(bytes);
        } finally {
            boolean unused = bytes.release();
        }
    }

    private static ByteBuf read(ByteBuf buffer, int length) {
        return buffer.readBytes(length);
    }

    private static String view(ByteBuf view, Actor actor) {
        if (view.capacity() > 0) {
            ByteBuf unused = view.setByte(view.capacity() - 1, actor.random.nextInt());
        }
        return ByteBufUtil.hexDump(view, 0, view.capacity());
    }

    private static String rest(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return Arrays.toString(bytes);
    }

    private static Object getBytesOfBuffer(Actor actor) {
        ByteBuf target = actor.other(60);
        try {
            if (target.isReadOnly()) {
                return "not to be written";
            }
            ByteBuf unused = actor.buffer.getBytes(actor.index(), target, actor.random.nextInt(20), actor.length());
            return ByteBufUtil.hexDump(target, 0, 60);
        } finally {
            boolean unused = target.release();
        }
    }

    private static Object setBytesOfBuffer(Actor actor) {
        ByteBuf source = actor.other(60);
        try {
            return actor.buffer.setBytes(actor.index(), source, actor.random.nextInt(20), actor.length())
                    == actor.buffer;
        } finally {
            boolean unused = source.release();
        }
    }

    private static Object getBytesOfArray(Actor actor) {
        byte[] target = new byte[50];
        ByteBuf unused = actor.buffer.getBytes(actor.index(), target, actor.random.nextInt(-1, 20), actor.length());
        return Arrays.toString(target);
    }

    private static Object getBytesOfNio(Actor actor) {
        ByteBuffer target = ByteBuffer.allocate(80).position(5).limit(actor.random.nextInt(5, 80));
        ByteBuf unused = actor.buffer.getBytes(actor.index(), target);
        return target + Arrays.toString(target.array());
    }

    private static Object setBytesOfNio(Actor actor) {
        ByteBuffer source = ByteBuffer.wrap(actor.bytes(80)).position(5).limit(actor.random.nextInt(5, 80));
        ByteBuf unused = actor.buffer.setBytes(actor.index(), source.isDirect() ? source : source.slice());
        return source.remaining();
    }

    private static Object getBytesOfStream(Actor actor) {
        return checked(() -> {
            ByteArrayOutputStream target = new ByteArrayOutputStream();
            ByteBuf unused = actor.buffer.getBytes(actor.index(), target, actor.length());
            return Arrays.toString(target.toByteArray());
        });
    }

    private static Object setBytesOfStream(Actor actor) {
        return checked(() -> {
            ByteArrayInputStream source = new ByteArrayInputStream(actor.bytes(actor.random.nextInt(1, 60)));
            return actor.buffer.setBytes(actor.index(), source, actor.length());
        });
    }

    private static Object getBytesOfChannel(Actor actor) {
        return checked(() -> {
            ByteArrayOutputStream target = new ByteArrayOutputStream();
            GatheringByteChannel channel = new Gathering(Channels.newChannel(target));
            int count = actor.buffer.getBytes(actor.index(), channel, actor.length());
            return count + Arrays.toString(target.toByteArray());
        });
    }

    private static Object setBytesOfChannel(Actor actor) {
        return checked(() -> {
            ByteArrayInputStream source = new ByteArrayInputStream(actor.bytes(actor.random.nextInt(1, 60)));
            ScatteringByteChannel channel = new Scattering(Channels.newChannel(source));
            return actor.buffer.setBytes(actor.index(), channel, actor.random.nextInt(1, 40));
        });
    }

    private static Object file(Actor actor) {
        return checked(() -> {
            Path path = Files.createTempFile("bytebuf", null);
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                int written = actor.buffer.getBytes(actor.index(), file, 3, actor.length());
                int read = actor.buffer.setBytes(actor.index(), file, 1, 1 + actor.length());
                return written + " " + read + " " + file.position();
            } finally {
                Files.delete(path);
            }
        });
    }

    private interface Io {
        Object run() throws IOException;
    }

    private static Object checked(Io io) {
        try {
            return io.run();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Property(tries = 400)
    void aBufferOfOursIsLikeAnyOther(
            @ForAll ByteBufKind kind,
            @ForAll @IntRange(min = 0, max = 300) int capacity,
            @ForAll @Size(max = 120) List<@IntRange(max = 1_000_000) Integer> seeds) {
        ByteBufAllocator allocator = kind.open();
        ByteBuf ours = kind.allocate(allocator, capacity, MAX_CAPACITY);
        ByteBuf theirs = Unpooled.buffer(capacity, MAX_CAPACITY);
        if (capacity == 0) {
            ByteBuf unused = ours.ensureWritable(0);
        }
        ByteBuf unused = ours.setZero(0, ours.capacity());
        StringBuilder done = new StringBuilder(kind + " " + capacity);
        try {
            for (int seed : seeds) {
                Step step = STEPS.get(seed % STEPS.size());
                done.append(' ').append(step.name);
                Object expected = outcome(step, new Actor(theirs, new SplittableRandom(seed), null));
                int before = ours.capacity();
                Object outcome = outcome(step, new Actor(ours, new SplittableRandom(seed), allocator));
                zeroWhatIsNew(ours, before);
                assertThat(outcome).as("%s", done).isEqualTo(expected);
                if (step.name.startsWith("write") || step.name.startsWith("ensure")) {
                    level(ours, theirs); // how far one grows by itself is its own business
                }
                assertThat(ours.capacity()).as("%s", done).isEqualTo(theirs.capacity());
                assertThat(ours.readerIndex()).as("%s", done).isEqualTo(theirs.readerIndex());
                assertThat(ours.writerIndex()).as("%s", done).isEqualTo(theirs.writerIndex());
                assertThat(ByteBufUtil.hexDump(ours, 0, ours.capacity()))
                        .as("%s", done)
                        .isEqualTo(ByteBufUtil.hexDump(theirs, 0, theirs.capacity()));
            }
        } finally {
            assertThat(ours.release()).isTrue();
        }
        ByteBufKind.requireAllBack(allocator);
    }

    private static void level(ByteBuf ours, ByteBuf theirs) {
        int most = Math.max(ours.capacity(), theirs.capacity());
        int before = ours.capacity();
        ByteBuf unused = theirs.capacity(most);
        ByteBuf unusedToo = ours.capacity(most);
        zeroWhatIsNew(ours, before);
    }

    /** Netty's simplest is made of new arrays, so it is zero where ours has what was there. */
    private static void zeroWhatIsNew(ByteBuf ours, int before) {
        if (ours.capacity() > before) {
            ByteBuf unused = ours.setZero(
                    Math.max(before, ours.writerIndex()), ours.capacity() - Math.max(before, ours.writerIndex()));
        }
    }

    private static Object outcome(Step step, Actor actor) {
        try {
            return String.valueOf(step.action.apply(actor));
        } catch (IndexOutOfBoundsException | IllegalArgumentException refused) {
            return "refused"; // Netty's simplest throws the one where its documentation has the other
        }
    }
}
