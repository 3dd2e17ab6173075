/// How large cold's shared file is.
public struct ColdRegionSizes: Equatable, Sendable {
    /// Command ring slots of 256 bytes; a power of two.
    public var commandSlots: Int
    public var instruments: Int

    public init(commandSlots: Int, instruments: Int) {
        self.commandSlots = commandSlots
        self.instruments = instruments
    }

    func check() throws(RegionError) {
        try require("commandSlots", commandSlots, powerOfTwo: true, from: 1)
        try require("instruments", instruments, powerOfTwo: false, from: 1)
    }

    var layout: RegionLayout {
        var layout = RegionLayout()
        layout.add(count: 32, stride: 128)
        layout.add(count: 1, stride: RouterPage.bytes)
        layout.add(count: 1, stride: ValuationPage.bytes(instruments: instruments))
        layout.add(count: commandSlots, stride: Command.slotBytes)
        var shape = RegionSection()
        shape.count = UInt64(instruments)
        layout.describe(shape)
        return layout
    }
}

/// Cold's shared file: cold writes, hot and the tools read. Layout: ARCHITECTURE.md §5.
@safe @frozen
public struct ColdRegion: ~Copyable {
    @usableFromInline let file: RegionFile

    init(_ file: consuming RegionFile) { self.file = file }

    /// Makes the file, or attaches the one that is there when its layout is the same.
    ///
    /// Parameters:
    /// `auditCursor`: What a new file starts from: the slot after the last record the journal
    ///     holds of `auditEpoch`. A kept file keeps its own cursors.
    public static func create(
        path: String,
        sizes: ColdRegionSizes,
        epoch: UInt64,
        createdNs: Int64,
        auditCursor: UInt64 = 0,
        auditEpoch: UInt64 = 0,
        telemetryCursor: UInt64 = 0,
        keep: Bool = true
    ) throws(RegionError) -> ColdRegion {
        try sizes.check()
        let layout = sizes.layout
        let file = unsafe try RegionFile.create(
            path: path,
            magic: RegionHeader.coldMagic,
            epoch: epoch,
            createdNs: createdNs,
            layout: layout,
            keep: keep,
            fill: { base in
                let control = unsafe ControlPage(at: base + Int(layout[0].offset))
                control[ColdWord.auditCursor] = auditCursor
                control[ColdWord.telemetryCursor] = telemetryCursor
                control[ColdWord.auditEpoch] = auditEpoch
            }
        )
        return ColdRegion(file)
    }

    public static func attach(
        path: String,
        writable: Bool,
        owner: UInt32? = nil
    ) throws(RegionError) -> ColdRegion {
        let file = try RegionFile.attach(
            path: path,
            magic: RegionHeader.coldMagic,
            writable: writable,
            owner: owner
        )
        let sections = file.header.sections
        let fits =
            file.fits(sections.0, stride: 128) && sections.0.count == 32
            && file.fits(sections.1, stride: RouterPage.bytes) && sections.1.count == 1
            && file.fits(sections.2, stride: nil) && sections.2.count == 1
            && file.fits(sections.3, stride: Command.slotBytes) && file.isRing(sections.3)
            && sections.4.count > 0 && sections.4.count <= 1 << 32
            && sections.2.bytes == ValuationPage.bytes(instruments: Int(sections.4.count))
        guard fits else { throw .damagedHeader(path: path) }
        return ColdRegion(file)
    }

    @inlinable public var header: RegionHeader { file.header }
    @inlinable public var epoch: UInt64 { file.header.epoch }
    @inlinable public var reattached: Bool { file.reattached }
    @inlinable public var inode: UInt64 { file.inode }
    @inlinable public var control: ControlPage { unsafe ControlPage(at: at(header.sections.0)) }
    @inlinable public var heartbeat: UInt64 { control[ColdWord.heartbeat] }

    @inlinable public var router: RouterPage { unsafe RouterPage(at: at(header.sections.1)) }

    @inlinable public var valuation: ValuationPage {
        unsafe ValuationPage(
            at: at(header.sections.2),
            instruments: Int(header.sections.4.count)
        )
    }

    @inlinable public var commands: CommandRing {
        unsafe CommandRing(
            at: at(header.sections.3),
            slots: Int(header.sections.3.count),
            epoch: epoch,
            position: control.word(ColdWord.commandPosition.rawValue)
        )
    }

    /// How far the audit ring is durable, as cold says; hot checks it before believing it.
    @inlinable public var auditCursor: ConsumerCursor {
        ConsumerCursor(
            cursor: control.word(ColdWord.auditCursor.rawValue),
            epoch: control.word(ColdWord.auditEpoch.rawValue)
        )
    }

    @inlinable public var telemetryCursor: ConsumerCursor {
        ConsumerCursor(
            cursor: control.word(ColdWord.telemetryCursor.rawValue),
            epoch: control.word(ColdWord.auditEpoch.rawValue)
        )
    }

    @inlinable func at(_ section: RegionSection) -> UnsafeMutableRawPointer {
        unsafe file.base + Int(section.offset)
    }

    /// Points both cursors into another hot epoch: the epoch word is 0 while they change, and hot
    /// believes a cursor only when the epoch beside it is its own before and after.
    public func adopt(hotEpoch: UInt64, auditCursor: UInt64, telemetryCursor: UInt64) {
        control[ColdWord.auditEpoch] = 0
        control[ColdWord.auditCursor] = auditCursor
        control[ColdWord.telemetryCursor] = telemetryCursor
        control[ColdWord.auditEpoch] = hotEpoch
    }
}
