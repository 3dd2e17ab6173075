/// How large hot's shared file is.
public struct HotRegionSizes: Equatable, Sendable {
    /// Audit ring slots of 128 bytes; a power of two, at least 8.
    public var auditSlots: Int
    /// Telemetry ring slots of 128 bytes; a power of two.
    public var telemetrySlots: Int
    public var instruments: Int
    public var venues: Int
    public var clients: Int
    /// Message bytes a client store holds.
    public var storeBytes: Int
    /// Messages a client store holds.
    public var storeMessages: Int
    /// Largest configuration image the limits page can hold.
    public var imageBytes: Int

    public init(
        auditSlots: Int,
        telemetrySlots: Int,
        instruments: Int,
        venues: Int,
        clients: Int,
        storeBytes: Int,
        storeMessages: Int,
        imageBytes: Int
    ) {
        self.auditSlots = auditSlots
        self.telemetrySlots = telemetrySlots
        self.instruments = instruments
        self.venues = venues
        self.clients = clients
        self.storeBytes = storeBytes
        self.storeMessages = storeMessages
        self.imageBytes = imageBytes
    }

    func check() throws(RegionError) {
        try require("auditSlots", auditSlots, powerOfTwo: true, from: 8)
        try require("telemetrySlots", telemetrySlots, powerOfTwo: true, from: 1)
        try require("instruments", instruments, powerOfTwo: false, from: 1)
        try require("venues", venues, powerOfTwo: false, from: 1)
        try require("clients", clients, powerOfTwo: false, from: 0)
        try require("storeBytes", storeBytes, powerOfTwo: false, from: 0)
        try require("storeMessages", storeMessages, powerOfTwo: false, from: 0)
        try require("imageBytes", imageBytes, powerOfTwo: false, from: 0)
    }

    var layout: RegionLayout {
        var layout = RegionLayout()
        layout.add(count: HotCounter.slots, stride: 8)
        layout.add(count: 32, stride: 128)
        layout.add(count: 1, stride: LimitsPage.bytes(imageBytes: imageBytes))
        layout.add(count: instruments * venues, stride: QuotesPage.lineBytes)
        layout.add(count: auditSlots, stride: AuditRecord.slotBytes)
        layout.add(count: telemetrySlots, stride: TelemetryRing.slotBytes)
        layout.add(
            count: clients,
            stride: ClientStore.bytes(storeBytes: storeBytes, messages: storeMessages)
        )
        // Not a place but a shape: venues and messages, which the strides above do not tell.
        var shape = RegionSection()
        shape.count = UInt64(venues)
        shape.stride = UInt64(storeMessages)
        layout.describe(shape)
        return layout
    }
}

/// No size is above 2^32: products of two of them then stay far below Int.max.
func require(
    _ field: RegionError.StaticName,
    _ value: Int,
    powerOfTwo: Bool,
    from least: Int
) throws(RegionError) {
    guard value >= least, value <= 1 << 32 else {
        throw .badSize(field: field, value: value, wanted: "a number in range")
    }
    guard !powerOfTwo || value & (value - 1) == 0 else {
        throw .badSize(field: field, value: value, wanted: "a power of two")
    }
}

/// Hot's shared file: hot writes, everyone else reads. Layout: ARCHITECTURE.md §5.
///
/// The accessors hand out views of plain pointers: they are valid as long as the region is.
@safe @frozen
public struct HotRegion: ~Copyable {
    @usableFromInline let file: RegionFile

    init(_ file: consuming RegionFile) { self.file = file }

    /// Makes the file, or attaches the one that is there when its layout is the same (then
    /// ``reattached`` is true and its ``epoch`` stays). `keep: false` always makes a new one.
    public static func create(
        path: String,
        sizes: HotRegionSizes,
        epoch: UInt64,
        createdNs: Int64,
        keep: Bool = true
    ) throws(RegionError) -> HotRegion {
        try sizes.check()
        let layout = sizes.layout
        return HotRegion(
            unsafe try RegionFile.create(
                path: path,
                magic: RegionHeader.hotMagic,
                epoch: epoch,
                createdNs: createdNs,
                layout: layout,
                keep: keep,
                fill: { base in
                    for client in 0..<sizes.clients {
                        let section = layout[6]
                        let offset = Int(section.offset) + client * Int(section.stride)
                        unsafe ClientStore.format(
                            at: base + offset,
                            storeBytes: sizes.storeBytes,
                            messages: sizes.storeMessages
                        )
                    }
                }
            )
        )
    }

    public static func attach(
        path: String,
        writable: Bool,
        owner: UInt32? = nil
    ) throws(RegionError) -> HotRegion {
        let file = try RegionFile.attach(
            path: path,
            magic: RegionHeader.hotMagic,
            writable: writable,
            owner: owner
        )
        let sections = file.header.sections
        let fits =
            file.fits(sections.0, stride: 8) && Int(sections.0.count) == HotCounter.slots
            && file.fits(sections.1, stride: 128) && sections.1.count == 32
            && file.fits(sections.2, stride: nil)
            && sections.2.bytes >= LimitsPage.bytes(imageBytes: 0)
            && file.fits(sections.3, stride: 128)
            && file.fits(sections.4, stride: 128) && file.isRing(sections.4)
            && sections.4.count >= 8
            && file.fits(sections.5, stride: 128) && file.isRing(sections.5)
            && file.fits(sections.6, stride: nil)
            && (sections.6.count == 0 || sections.6.stride >= ClientStore.bytesMin)
            && sections.7.count > 0 && sections.7.count <= 1 << 32
            && sections.3.count % sections.7.count == 0
        guard fits else { throw .damagedHeader(path: path) }
        return HotRegion(file)
    }

    @inlinable public var header: RegionHeader { file.header }
    @inlinable public var epoch: UInt64 { file.header.epoch }
    @inlinable public var reattached: Bool { file.reattached }
    @inlinable public var inode: UInt64 { file.inode }
    @inlinable public var venues: Int { Int(file.header.sections.7.count) }
    @inlinable public var clients: Int { Int(file.header.sections.6.count) }

    @inlinable public var counters: CountersPage { unsafe CountersPage(at: at(header.sections.0)) }
    @inlinable public var control: ControlPage { unsafe ControlPage(at: at(header.sections.1)) }

    @inlinable public var limits: LimitsPage {
        unsafe LimitsPage(at: at(header.sections.2), bytes: header.sections.2.bytes)
    }

    @inlinable public var quotes: QuotesPage {
        unsafe QuotesPage(
            at: at(header.sections.3),
            instruments: Int(header.sections.3.count) / venues,
            venues: venues
        )
    }

    @inlinable public var audit: AuditRing {
        unsafe AuditRing(
            at: at(header.sections.4),
            slots: Int(header.sections.4.count),
            epoch: epoch,
            control: control
        )
    }

    @inlinable public var telemetry: TelemetryRing {
        unsafe TelemetryRing(
            at: at(header.sections.5),
            slots: Int(header.sections.5.count),
            epoch: epoch,
            control: control
        )
    }

    /// `client`: Index of the login in the image.
    @inlinable public func store(_ client: Int) -> ClientStore {
        let section = header.sections.6
        let index = client < Int(section.count) && client >= 0 ? client : 0
        return unsafe ClientStore(
            at: at(section) + index &* Int(section.stride),
            bytes: Int(section.stride)
        )
    }

    @inlinable public var heartbeat: UInt64 { control[HotWord.heartbeat] }
    /// What the engine's clock showed at its latest turn, ns UTC; 0 before its first.
    @inlinable public var engineNs: Int64 {
        Int64(truncatingIfNeeded: control[HotWord.engineNs])
    }

    @inlinable func at(_ section: RegionSection) -> UnsafeMutableRawPointer {
        unsafe file.base + Int(section.offset)
    }
}

extension RegionFile {
    /// A section lies inside the file, behind the header, on a page.
    func fits(_ section: RegionSection, stride: Int?) -> Bool {
        guard section.count <= 1 << 32, section.stride <= 1 << 40 else { return false }
        if let stride, section.stride != UInt64(stride) { return false }
        let (bytes, overflow) = section.count.multipliedReportingOverflow(by: section.stride)
        guard !overflow, section.offset >= UInt64(RegionHeader.pageBytes),
            section.offset % UInt64(RegionHeader.pageBytes) == 0,
            section.offset <= header.totalBytes
        else { return false }
        return bytes <= header.totalBytes - section.offset
    }

    func isRing(_ section: RegionSection) -> Bool {
        section.count > 0 && section.count & (section.count - 1) == 0
    }
}
